"""Turns results into what is read: medians and ratios, a Markdown table, a plot."""

from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.catalogue import CONTENDERS, GROUPS, OURS, REFERENCE, WORKLOADS, Workload

Results = dict[str, Any]
OUR_OWN = [c.name for c in CONTENDERS if c.ours]


def figure(results: Results, row: str, contender: str) -> float | None:
    """The median of a contender's figures in a row; None when there is none."""
    figures = results["rows"].get(row, {}).get("figures", {}).get(contender)
    return median(figures) if figures else None


def ratio(results: Results, row: str, contender: str, other: str) -> float | None:
    """How many times `other`'s figure a contender's is: the median over their common rounds."""
    figures = results["rows"].get(row, {}).get("figures", {})
    if contender not in figures or other not in figures:
        return None
    return median(a / b for a, b in zip(figures[contender], figures[other], strict=True))


def number(value: float) -> str:
    """Three digits, without exponents."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 0.001 else f"{value:.1g}"


def tables(results: Results) -> str:
    """The Markdown tables: the one with a line per workload, and those with a line per contender."""
    parts = [table(results)]
    for group in GROUPS:
        rows = [w for w in WORKLOADS if w.group == group and w.name in results["rows"]]
        if rows:
            parts.append(by_contender(results, group, rows))
    return "\n\n".join(part for part in parts if part)


def table(results: Results) -> str:
    """The table of the workloads in no group: a median and, in brackets, the ratio to NumPy by hand."""
    rows = [w for w in WORKLOADS if not w.group and w.name in results["rows"]]
    names = [
        c.name for c in CONTENDERS if c.name in results["versions"] and any(cell(results, w.name, c.name) for w in rows)
    ]
    lines = [f"| | {' | '.join(names)} |", f"|---|{'---:|' * len(names)}"]
    for workload in rows:
        cells = []
        for name in names:
            text = cell(results, workload.name, name)
            times = ratio(results, workload.name, name, REFERENCE)
            if times is not None and name != REFERENCE:
                text += f" ({number(times)}×)"
            cells.append(text)
        lines.append(f"| {workload.title}, {workload.unit} | {' | '.join(cells)} |")
    return "\n".join(lines) if rows else ""


def by_contender(results: Results, group: str, rows: list[Workload]) -> str:
    """The table of a group: a line per contender, and below them gradtape's best as a multiple of the best peer's."""
    lines = [
        f"| {group}, {rows[0].unit} | {' | '.join(w.column for w in rows)} |",
        f"|---|{'---:|' * len(rows)}",
    ]
    for contender in CONTENDERS:
        cells = [cell(results, w.name, contender.name) for w in rows]
        if any(cells):
            lines.append(f"| {contender.name} | {' | '.join(cells)} |")
    shares = [to_best_peer(results, w.name) for w in rows]
    lines.append(f"| *gradtape's best / the best peer* | {' | '.join(number(s) if s else '' for s in shares)} |")
    return "\n".join(lines)


def cell(results: Results, row: str, contender: str) -> str:
    """A contender's figure in a row, or how it failed."""
    value = figure(results, row, contender)
    if value is None:
        return results["rows"][row]["failed"].get(contender, "")
    return f"**{number(value)}**" if contender in OUR_OWN else number(value)


def to_best_peer(results: Results, row: str) -> float | None:
    """The figure of the fastest way of using gradtape, as a multiple of that of the fastest other library."""

    def best(names: list[str]) -> str | None:
        figures = {n: f for n in names if (f := figure(results, row, n)) is not None}
        return min(figures, key=lambda n: figures[n]) if figures else None

    ours = best(OUR_OWN)
    peer = best([c.name for c in CONTENDERS if not c.ours and c.name != REFERENCE])
    return ratio(results, row, ours, peer) if ours and peer else None


def page(results: Results) -> str:
    """The Markdown page: the table, and under which conditions it was measured."""
    used = {c.package: results["versions"].get(c.name) for c in CONTENDERS}
    versions = ", ".join(f"{package} {version}" for package, version in used.items() if version)
    return f"""# Benchmarks

Medians, and in brackets how many times the figure of hand-written NumPy. Each contender ran in a
process of its own, taking turns with the others in every round, after its result had been verified
to be that of NumPy. Figures depend on the machine; ratios less so. `python -m benchmarks` measures
again and rewrites this page.

{tables(results)}

Measured on {results["machine"]}, with {versions}.
An empty cell: not applicable. "too long": left out because one run would take many seconds.
"""


BEGIN, END = "<!-- benchmarks:begin -->", "<!-- benchmarks:end -->"


def show_in(readme: Path, results: Results) -> None:
    """Puts the table between the two marks of the README."""
    text = readme.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    picture = "![Time per operation and per training step, gradtape and its peers](docs/benchmarks.png)"
    shown = f"{tables(results)}\n\nMeasured on {results['machine']}.\n\n{picture}"
    readme.write_text(f"{before}{BEGIN}\n{shown}\n{END}{after}", "utf-8")


def plot(results: Results, path: Path) -> bool:
    """Draws a panel per plotted row, gradtape picked out; False without matplotlib."""
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    rows = [w for w in WORKLOADS if w.plotted and figure(results, w.name, OURS) is not None]
    rows = rows or [w for w in WORKLOADS if w.plotted and w.name in results["rows"]]
    if not rows:
        return True
    columns = min(2, len(rows))
    height = -(-len(rows) // columns)
    figure_, axes = plt.subplots(
        height, columns, figsize=(4.6 * columns, 2.9 * height), layout="constrained", squeeze=False
    )
    for axis, workload in zip(axes.flat, rows, strict=False):
        values = {c.name: figure(results, workload.name, c.name) for c in CONTENDERS}
        shown = sorted(((v, n) for n, v in values.items() if v), reverse=True)
        for height_, (value, name) in enumerate(shown):
            colour = "#d1495b" if name in OUR_OWN else "#9aa5b1"
            weight = "bold" if name in OUR_OWN else "normal"
            axis.plot(value, height_, "o", color=colour, markersize=8)
            axis.annotate(
                number(value), (value, height_), (7, 0), textcoords="offset points",
                va="center", fontsize=8, color="#333333", fontweight=weight,
            )  # fmt: skip
        axis.set_yticks(range(len(shown)), [name for _, name in shown], fontsize=8.5)
        for label in axis.get_yticklabels():
            if label.get_text() in OUR_OWN:
                label.set(color="#d1495b", fontweight="bold")
        axis.set_xscale("log")
        axis.set_xlim(shown[-1][0] / 1.6, shown[0][0] * 4)
        axis.set_ylim(-0.6, len(shown) - 0.4)
        axis.set_title(f"{workload.title} ({workload.unit})", fontsize=9, loc="left", wrap=True)
        axis.grid(axis="y", color="#e8ebee")
        axis.tick_params(axis="both", length=0)
        axis.tick_params(axis="x", which="both", labelbottom=False, length=0)
        axis.spines[:].set_visible(False)
        axis.set_axisbelow(True)
    for axis in axes.flat[len(rows) :]:
        axis.set_visible(False)
    figure_.suptitle("Less is better; logarithmic scales", fontsize=9, x=0.01, ha="left")
    path.parent.mkdir(exist_ok=True)
    figure_.savefig(path, dpi=130)
    plt.close(figure_)
    return True
