"""Draw the lattice of a small text as docs/img/lattice.svg: python -m benchmarks.draw_lattice."""

from html import escape
from pathlib import Path

import numpy as np

from align.aligner import encoders
from align.aligner.match import Side, prepare

ZH = (
    "女士们、先生们，下午好。",
    "今年前九个月，全市新建公园四十二座。",
    "绿地面积增长了百分之六，市民的满意度也有明显提高，但是停车难的问题仍然存在。",
    "大家可能会问，钱从哪里来。",
    "下面请大家提问。",
)
EN = (
    "Good afternoon, ladies and gentlemen.",
    "The city built 42 parks in the first nine months of this year.",
    "Green space grew by 6%, and residents are clearly more satisfied.",
    "However, parking remains difficult.",
    "The floor is now open for questions.",
)
STEP, WIDE, LEFT, TOP = 96, 140, 330, 60
FAINT = 0.004


def place(zh: int, en: int) -> tuple[int, int]:
    """Return where a node is drawn."""
    return LEFT + en * WIDE, TOP + zh * STEP


def texts() -> list[str]:
    """Draw the sentences beside the grid."""
    parts = []
    for n, text in enumerate(ZH):
        short = text if len(text) <= 19 else text[:18] + "…"
        parts.append(
            f'<text x="{LEFT - 24}" y="{TOP + n * STEP + STEP // 2 + 5}" text-anchor="end">'
            f"{n} {escape(short)}</text>"
        )
    bottom = TOP + len(ZH) * STEP
    for n, text in enumerate(EN):
        words = text.split()
        for line in range(0, len(words), 3):
            shown = f"{n} " * (line == 0) + " ".join(words[line : line + 3])
            parts.append(
                f'<text x="{LEFT + n * WIDE + WIDE // 2}" y="{bottom + 30 + 6 * line}"'
                f' text-anchor="middle" font-size="12">{escape(shown)}</text>'
            )
    return parts


def main() -> None:
    """Solve, draw, write."""
    ready = prepare(Side(ZH), Side(EN), encoders.load())
    lattice = ready.lattice
    sums = lattice.sums()
    posterior, share = lattice.posterior(sums), lattice.shares(sums)
    best = set(lattice.best_path().tolist())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + 5 * WIDE + 60} 680" '
        'font-family="sans-serif" font-size="14" role="img" '
        'aria-label="A lattice: candidate beads lead from the upper left to the lower right">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for edge in np.argsort(posterior):
        a, b, c, d = (int(part[edge]) for part in lattice.edges.parts)
        chance = float(posterior[edge])
        if chance < FAINT:
            continue
        (x1, y1), (x2, y2) = place(a, c), place(b, d)
        color = "#b5302c" if int(edge) in best else "#44617b"
        parts.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{color}" '
            f'stroke-width="{1 + 5 * chance:.1f}" stroke-opacity="{0.25 + 0.75 * chance:.2f}">'
            f"<title>{b - a}-{d - c}: {chance:.3f}</title></line>"
        )
        if chance > 0.1:
            parts.append(
                f'<text x="{(x1 + x2) // 2 + 8}" y="{(y1 + y2) // 2 - 6}" fill="{color}">'
                f"{b - a}-{d - c} {chance:.2f}</text>"
            )
    for zh in range(len(ZH) + 1):
        for en in range(len(EN) + 1):
            node = lattice.node(zh * (len(EN) + 1) + en)
            likely = float(share[node]) if node >= 0 else 0.0
            x, y = place(zh, en)
            fill = "#222" if likely > 0.1 else "#bbb"
            parts.append(f'<circle cx="{x}" cy="{y}" r="{2 + 4 * likely:.1f}" fill="{fill}"/>')
    path = Path(__file__).resolve().parents[1] / "docs" / "img" / "lattice.svg"
    path.write_text("\n".join([*parts, *texts(), "</svg>"]) + "\n", encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
