"""The press pages of the harbour office."""

from align.sources.extract.site import Site

HARBOUR = Site(
    name="harbour",
    hosts=("press.harbour.example",),
    body=("div.minutes",),
    title=("h1",),
    published=("meta[name=published]",),
    boilerplate=(r"Tide tables: .*", r"潮汐表：.*"),
    counterpart_href=(r"/(?:en|zh)/\d{4}/[\w-]+\.html$",),
)
