"""Turns results into what is read: medians and ratios, a Markdown table, a plot."""

from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.catalogue import CONTENDERS, OURS, REFERENCE, WORKLOADS

Results = dict[str, Any]


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


def table(results: Results) -> str:
    """The Markdown table: a median and, in brackets, the ratio to NumPy by hand."""
    names = [c.name for c in CONTENDERS if c.name in results["versions"]]
    lines = [f"| | {' | '.join(names)} |", f"|---|{'---:|' * len(names)}"]
    for workload in WORKLOADS:
        if workload.name not in results["rows"]:
            continue
        failed = results["rows"][workload.name]["failed"]
        cells = []
        for name in names:
            value = figure(results, workload.name, name)
            times = ratio(results, workload.name, name, REFERENCE)
            if value is None:
                cells.append(failed.get(name, ""))
                continue
            cell = f"**{number(value)}**" if name == OURS else number(value)
            if times is not None and name != REFERENCE:
                cell += f" ({number(times)}×)"
            cells.append(cell)
        lines.append(f"| {workload.title}, {workload.unit} | {' | '.join(cells)} |")
    return "\n".join(lines)


def page(results: Results) -> str:
    """The Markdown page: the table, and under which conditions it was measured."""
    used = {c.package: results["versions"].get(c.name) for c in CONTENDERS}
    versions = ", ".join(f"{package} {version}" for package, version in used.items() if version)
    return f"""# Benchmarks

Medians, and in brackets how many times the figure of hand-written NumPy. Each contender ran in a
process of its own, taking turns with the others in every round, after its result had been verified
to be that of NumPy. Figures depend on the machine; ratios less so. `python -m benchmarks` measures
again and rewrites this page.

{table(results)}

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
    shown = f"{table(results)}\n\nMeasured on {results['machine']}.\n\n{picture}"
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
            colour = "#d1495b" if name == OURS else "#9aa5b1"
            weight = "bold" if name == OURS else "normal"
            axis.plot(value, height_, "o", color=colour, markersize=8)
            axis.annotate(
                number(value), (value, height_), (7, 0), textcoords="offset points",
                va="center", fontsize=8, color="#333333", fontweight=weight,
            )  # fmt: skip
        axis.set_yticks(range(len(shown)), [name for _, name in shown], fontsize=8.5)
        for label in axis.get_yticklabels():
            if label.get_text() == OURS:
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
