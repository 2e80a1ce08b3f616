# briefing-align in a container: the page, and every command.   docs/howto/install.md
#   docker build -t briefing-align .
#   docker run --rm -p 127.0.0.1:8501:8501 -v align:/data briefing-align
FROM python:3.13-slim AS build
WORKDIR /source
COPY requirements-hashed.txt ./
RUN python -m venv /opt/align \
    && /opt/align/bin/pip install --no-cache-dir --require-hashes -r requirements-hashed.txt
COPY pyproject.toml README.md LICENSE ./
COPY .streamlit .streamlit
COPY align align
RUN /opt/align/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
COPY --from=build /opt/align /opt/align
RUN useradd --create-home --home-dir /data --uid 10001 align
ENV PATH=/opt/align/bin:$PATH ALIGN_CORPUS=/data/corpus
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health')"]
ENTRYPOINT ["align"]
CMD ["view", "--no-browser", "--host", "0.0.0.0", "--port", "8501"]
