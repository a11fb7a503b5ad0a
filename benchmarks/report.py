"""Turns results into what is read: medians and ratios, a Markdown table, a plot."""

from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.catalogue import COLUMNS, CONTENDERS, GROUPS, HEADLINES, REFERENCE, WORKLOADS, Workload

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


def headlines(results: Results) -> str:
    """The README's table: a line per headline, a column per library."""
    lines = [f"| | {' | '.join(COLUMNS)} |", f"|---|{'---:|' * len(COLUMNS)}"]
    for title, rows in HEADLINES.items():
        cells = [", ".join(filter(None, (headline(results, row, column) for row in rows))) for column in COLUMNS]
        if any(cells):
            lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def headline(results: Results, row: str, column: str) -> str:
    """The figure of a library's fastest way in a row, with its unit and the word for that way."""
    value, way = fastest(results, row, column)
    if value is None:
        return ""
    unit = next(w.unit for w in WORKLOADS if w.name == row)
    text = f"**{number(value)} {unit}**" if column == next(iter(COLUMNS)) else f"{number(value)} {unit}"
    return f"{text} ({way})" if way else text


def fastest(results: Results, row: str, column: str) -> tuple[float | None, str]:
    """The least figure of the ways of using a library, and the word for that way."""
    if row in ("import", "size"):  # of the library, whichever way it is used
        package = next(c.package for c in CONTENDERS if c.name in COLUMNS[column])
        return figure(results, row, next(c.name for c in CONTENDERS if c.package == package and c.imports)), ""
    ways = ((figure(results, row, name), way) for name, way in COLUMNS[column].items())
    return min(((value, way) for value, way in ways if value is not None), default=(None, ""))


def page(results: Results) -> str:
    """The Markdown page: all tables, and under which conditions they were measured."""
    used = {c.package: results["versions"].get(c.name) for c in CONTENDERS}
    versions = ", ".join(f"{package} {version}" for package, version in used.items() if version)
    return f"""# What was measured

Medians, and in brackets how many times the figure of hand-written NumPy. Each contender ran in a
process of its own, taking turns with the others in every round, after its result had been verified
to be that of NumPy. Figures depend on the machine; ratios less so. `make bench` measures again and
rewrites this page; [benchmarks/README.md](../benchmarks/README.md) says how to choose rows and peers.

Measured on {results["machine"]}, with {versions}.
An empty cell: not applicable. "too long": left out because one run would take many seconds.

{tables(results)}

What decided these figures is told in [decisions](decisions/README.md).
"""


BEGIN, END = "<!-- benchmarks:begin -->", "<!-- benchmarks:end -->"


def show_in(readme: Path, results: Results) -> None:
    """Puts the table of headlines and the picture between the two marks of the README."""
    text = readme.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    picture = "![Time per operation and per training step of gradtape and its peers](docs/benchmarks.png)"
    shown = f"{headlines(results)}\n\nMeasured on {results['machine']}.\n\n{picture}"
    readme.write_text(f"{before}{BEGIN}\n{shown}\n{END}{after}", "utf-8")


OURS_COLOUR, PEER_COLOUR = "#c8374f", "#7d8996"


def plot(results: Results, path: Path) -> bool:
    """Draws the headlines that are times, 800 x 500 pixels; False without matplotlib."""
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    workloads = {w.name: w for w in WORKLOADS}
    rows = [workloads[names[0]] for names in HEADLINES.values() if len(names) == 1 and names[0] in results["rows"]]
    if not rows:
        return True
    columns = list(COLUMNS)
    across = min(3, len(rows))
    drawn, axes = plt.subplots(-(-len(rows) // across), across, figsize=(8, 5), sharey=True, squeeze=False)
    for axis, workload in zip(axes.flat, rows, strict=False):
        figures = {name: fastest(results, workload.name, name)[0] for name in columns}
        shown = {name: value for name, value in figures.items() if value is not None}
        for name, value in shown.items():
            ours = name == columns[0]
            at, colour = columns.index(name), OURS_COLOUR if ours else PEER_COLOUR
            axis.plot(value, at, "o", color=colour, markersize=8)
            axis.annotate(
                number(value), (value, at), (8, 0), textcoords="offset points", va="center", fontsize=9,
                color=colour if ours else "#333333", fontweight="bold" if ours else "normal",
            )  # fmt: skip
        axis.set_xscale("log")
        least, most = min(shown.values()), max(shown.values())
        axis.set_xlim(least / (most / least) ** 0.08 / 1.05, most * (most / least) ** 0.35 * 1.2)
        axis.set_ylim(len(columns) - 0.5, -0.5)
        title = f"{workload.column} step" if workload.column else "multiply + gradient"
        axis.set_title(f"{title}, {workload.unit}", fontsize=10, loc="left")
        axis.set_yticks(range(len(columns)), columns, fontsize=9.5)
        axis.grid(axis="y", color="#e3e7eb")
        axis.tick_params(axis="both", which="both", length=0, labelbottom=False)
        axis.spines[:].set_visible(False)
        axis.set_axisbelow(True)
    for axis in axes[:, 0]:
        axis.get_yticklabels()[0].set(color=OURS_COLOUR, fontweight="bold")
    for axis in axes.flat[len(rows) :]:
        axis.set_visible(False)
    drawn.suptitle("Less is better. Logarithmic scales.", fontsize=9.5, x=0.012, y=0.985, ha="left", color="#333333")
    drawn.subplots_adjust(left=0.165, right=0.99, top=0.88, bottom=0.02, wspace=0.08, hspace=0.24)
    path.parent.mkdir(exist_ok=True)
    drawn.savefig(path, dpi=100)
    plt.close(drawn)
    return True
