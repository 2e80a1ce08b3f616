"""Draw the growth table of benchmarks/README.md as docs/img/growth.svg."""

import math
import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
ROW = re.compile(r"^\| ([\d,]+) \| [\d,]+ \| (\w+) \| ([\d.]+) \| ([\d,]+) \|", re.M)
COLOURS = {
    "ours": "#0b7a5c",
    "bertalign": "#b3541e",
    "sentweave": "#4b5fb3",
    "galechurch": "#6b7280",
}
WIDTH, HEIGHT, MARGIN = 360, 240, 46


@dataclass(frozen=True)
class Point:
    """One row of the table."""

    sentences: int
    system: str
    seconds: float
    megabytes: float


def points() -> list[Point]:
    """Read the rows of the table."""
    rows = ROW.findall((DOCS.parent / "benchmarks" / "README.md").read_text("utf-8"))
    return [
        Point(int(zh.replace(",", "")), system, float(seconds), float(size.replace(",", "")))
        for zh, system, seconds, size in rows
    ]


def panel(title: str, rows: list[tuple[int, str, float]], left: int, ticks: list[float]) -> str:
    """Draw one chart; both axes are logarithmic."""

    def across(value: float) -> float:
        low, high = math.log10(300), math.log10(10_000)
        return left + MARGIN + (math.log10(value) - low) / (high - low) * (WIDTH - 2 * MARGIN)

    def down(value: float) -> float:
        low, high = math.log10(ticks[0]), math.log10(ticks[-1])
        share = (math.log10(max(value, ticks[0])) - low) / (high - low)
        return HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)

    parts = [f'<text x="{left + MARGIN}" y="24" font-weight="bold">{title}</text>']
    for tick in ticks:
        y = down(tick)
        parts.append(
            f'<path d="M{left + MARGIN} {y:.0f}H{left + WIDTH - MARGIN}" stroke="#ddd"/>'
            f'<text x="{left + MARGIN - 6}" y="{y + 4:.0f}" text-anchor="end">{tick:g}</text>'
        )
    for size in (300, 1000, 3000, 10_000):
        parts.append(
            f'<text x="{across(size):.0f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">'
            f"{size:,}</text>"
        )
    for system, colour in COLOURS.items():
        line = [(across(size), down(value)) for size, name, value in rows if name == system]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in line)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in line]
    return "".join(parts)


def main() -> None:
    """Draw both charts and the legend."""
    rows = points()
    times = [(row.sentences, row.system, row.seconds) for row in rows]
    sizes = [(row.sentences, row.system, row.megabytes) for row in rows]
    legend = "".join(
        f'<circle cx="{MARGIN + 110 * at}" cy="{HEIGHT + 8}" r="5" fill="{colour}"/>'
        f'<text x="{MARGIN + 10 + 110 * at}" y="{HEIGHT + 12}">{name}</text>'
        for at, (name, colour) in enumerate(COLOURS.items())
    )
    body = panel("Processor seconds", times, 0, [0.1, 1, 10, 100, 1000])
    body += panel("Peak memory, MB", sizes, WIDTH, [100, 300, 1000, 3000])
    (DOCS / "img" / "growth.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {HEIGHT + 24}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
        f"{body}{legend}</svg>\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
