"""The run in one paragraph and four numbers."""

from __future__ import annotations

from markupsafe import Markup

from rhizolith.reporting.run import Run
from rhizolith.reporting.section import Piece, section
from rhizolith.reporting.words import amount, in_one_line, plain, share, span

LOST = ("respired", "leached")
CAVEAT = (
    "The review that this work starts from (Bölscher et al.) calls its vulnerability spectrum a hypothetical "
    "framework. The numbers here are computed from rate laws and the values listed below; where those are assumed, "
    "so is the result."
)


def _scale(run: Run) -> str:
    if run.batch:
        return "Scale: one well-mixed kilogram of soil, no transport"
    reach = float(run.data["radius"].max()) * 1e3
    return f"Scale: millimetres (a shell of {reach:.2g} mm around one root segment), not a field"


def _sentence(run: Run) -> str:
    lead = run.gross.sum("association").to_series()
    lead = lead[lead > 0].sort_values(ascending=False)
    soil = run.called("soil")
    what = "a well-mixed soil" if run.batch else "the soil around one root segment"
    text = f"{span(float(run.seconds[-1]))} of {what} were simulated{soil and f' ({soil})'}, "
    text += f"with {len(run.associations)} mineral-organic associations. "
    if lead.empty:
        return text + "No mechanism disrupted any of them."
    first = plain(str(lead.index[0])).capitalize()
    text += f"{first} disrupted most ({share(float(lead.iloc[0] / lead.sum()))} of all disrupted carbon)"
    if len(lead) > 1:
        text += f", followed by {plain(str(lead.index[1]))} ({share(float(lead.iloc[1] / lead.sum()))})"
    per = (run.gross.sum("mechanism") / run.stock.where(run.stock > 0)).dropna("association")
    if per.size:
        most = str(per["association"].values[int(per.values.argmax())])
        text += f". Hit hardest for its size was {in_one_line(most)}: {share(float(per.max()))} of its carbon"
    return text + "."


def _numbers(run: Run) -> list[tuple[str, str, str]]:
    stock, gross = float(run.stock.sum()), float(run.gross.sum())
    formed = float(run.data["formed"].isel(time=-1).sum())
    fate = run.data["fate"].isel(time=-1).to_series() if "fate" in run.data else None
    unit, most = f"mol C per {run.per}", max(gross, formed)

    def of_stock(value: float) -> str:
        return f"{share(value / stock)} of the carbon held at the start" if stock > 0 else ""

    rows = [
        ("disrupted", amount(gross, unit, beside=most), of_stock(gross)),
        ("formed", amount(formed, unit, beside=most), of_stock(formed)),
        ("net change", amount(formed - gross, unit, beside=most), of_stock(formed - gross)),
    ]
    if fate is not None:
        lost = float(sum(fate.get(route, 0.0) for route in LOST))
        note = "CO₂ or leached, exuded carbon included"
        rows.append(("lost", amount(lost, unit, beside=most), note))
    return rows


@section("simulate", order=10, title="In short")
def summary(run: Run) -> Piece:
    """What was simulated and what came of it, with the limits beside it."""
    tiles = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>").format(*row) for row in _numbers(run)
    )
    outcome = str(run.data.attrs.get("outcome", ""))
    return Piece(
        Markup(
            '<p class="lead">{}</p><p>{}</p><dl class="tiles">{}</dl>'
            '<p class="badge">{}</p><p class="caveat"><strong>Hypothesis, not prediction.</strong> {}</p>'
        ).format(_sentence(run), outcome, tiles, _scale(run), CAVEAT)
    )
