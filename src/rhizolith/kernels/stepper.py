"""Rodas, step by step, compiled once for every model (written in `language.py`'s Python; see `rodas.py`)."""

from __future__ import annotations

from rhizolith.kernels.context import Context
from rhizolith.kernels.implicit import evaluate, factor, linearise, solve
from rhizolith.kernels.language import (
    Scalars,
    Vector,
    Vectors,
    lane,
    largest,
    root,
    scalars,
    select,
    smallest,
    sum_lanes,
    vector,
)


def combine(at: Vectors, f: Vectors, y: Vectors, u: Vectors, a: Scalars, b: Scalars, count: int, size: int) -> None:
    """at = y + Σ a[j] u[j] and f = Σ b[j] u[j] in one pass, four rows at a time."""
    whole = size - size % 4
    for quarter in range(whole // 4):
        k = 4 * quarter
        p0, p1, p2, p3 = y[k], y[k + 1], y[k + 2], y[k + 3]
        q0, q1, q2, q3 = vector(0.0), vector(0.0), vector(0.0), vector(0.0)
        for j in range(count):
            row, left, right = u + j * size + k, vector(a[j]), vector(b[j])
            p0 += left * row[0]
            p1 += left * row[1]
            p2 += left * row[2]
            p3 += left * row[3]
            q0 += right * row[0]
            q1 += right * row[1]
            q2 += right * row[2]
            q3 += right * row[3]
        at[k] = p0
        at[k + 1] = p1
        at[k + 2] = p2
        at[k + 3] = p3
        f[k] = q0
        f[k + 1] = q1
        f[k + 2] = q2
        f[k + 3] = q3
    for k in range(whole, size):
        total, other = y[k], vector(0.0)
        for j in range(count):
            total += a[j] * u[j * size + k]
            other += b[j] * u[j * size + k]
        at[k] = total
        f[k] = other


def add_history(c: Context, mine: Vectors, g: int, i: int) -> None:
    """M Σ c u / h + h γ_i ∂f/∂t of one group's stage."""
    rows, unknowns, h = c.rows, c.unknowns, c.now[2]
    slopes, late, time_row = c.jac + g * c.jac_rows + c.time_first, c.time_weight[i] * h, c.time_row
    for k in range(c.time_count):
        mine[time_row[k]] = mine[time_row[k]] + late * slopes[k]
    if c.flowing > 0:
        mobile, in_time = c.mobile, c.in_time + g * rows
        for j in range(mobile):
            mine[j] = mine[j] + late * in_time[j]
    if i > 0:
        f, mass, inverse = c.f + g * rows, c.mass + g * c.mass_count, 1.0 / h
        mass_row, mass_column = c.mass_row, c.mass_column
        for k in range(c.mass_count):
            goal = mass_row[k]
            mine[goal] = mine[goal] + mass[k] * f[mass_column[k]] * inverse
        for k in range(unknowns, rows):
            mine[k] = mine[k] + f[k] * inverse


def stage(c: Context, i: int) -> None:
    """Stage i of the step: W u_i = f(t_i, y + Σ a u) + M Σ c u / h + h γ_i ∂f/∂t."""
    rows, size, mine, at = c.rows, c.groups * c.rows, c.u + i * c.groups * c.rows, c.y
    if i > 0:
        at = c.at
        combine(at, c.f, c.y, c.u, c.stage_weight + i * 6, c.coupling_weight + i * 6, i, size)
    evaluate(c, smallest(largest(c.now[0] + c.node[i] * c.now[2], c.now[6]), c.now[7]), at, mine)
    for g in range(c.groups):
        add_history(c, mine + g * rows, g, i)
    solve(c, mine)


def attempt(c: Context) -> None:
    """One step from y into `new`: the method is stiffly accurate, its last stage ends where the step does."""
    for i in range(6):
        stage(c, i)
    new, at, size = c.new, c.at, c.groups * c.rows
    last = c.u + 5 * size
    for k in range(size):
        new[k] = at[k] + last[k]


def judge(c: Context) -> Vector:
    """Error of the step over what is tolerated: for each unknown the mean square over cells, then the worst."""
    rows, groups, y, new, last, weight = c.rows, c.groups, c.y, c.new, c.u + 5 * c.groups * c.rows, c.weight
    absolute, amount, rtol, together, unknowns = c.absolute, c.amount, c.rtol, c.together, c.unknowns
    totals, lowest = c.f, c.at
    worst, sick = vector(0.0), vector(0.0)
    for i in range(unknowns):
        totals[i] = vector(0.0)
        lowest[i] = vector(0.0)
    for g in range(groups):
        inside = weight[g] > 0.0
        for i in range(unknowns):
            k = g * rows + i
            allowed = absolute[i] + rtol * largest(abs(y[k]), abs(new[k]))
            ratio = select(inside, last[k], 0.0) / allowed
            totals[i] = totals[i] + ratio * ratio * weight[g]
            lowest[i] = smallest(lowest[i], select(inside, new[k], 0.0))
    for i in range(unknowns):
        total = totals[i]
        if together > 0:
            total = vector(sum_lanes(total))
        sick += total - total
        worst = largest(worst, total)
        if amount[i] > 0:  # an amount clearly below zero is an error too
            depth = lowest[i] * (-1e-3 / absolute[i])
            if together > 0:
                for k in range(8):
                    depth = largest(depth, vector(lane(depth, k)))
            worst = largest(worst, depth * depth)
    return select(sick == 0.0, root(worst), 1e300)


def choose(c: Context) -> None:
    """The step each lane tries next: within bounds, ending on a stop, the last two halved."""
    time, step, status, stops = c.time, c.step, c.status, c.stops
    waiting = 0
    for i in range(c.lanes):
        if status[i] == 0:
            t = time[i]
            remaining = stops[c.stop_index[i]] - t
            h = smallest(smallest(step[i], c.max_step), remaining)
            if 2.0 * h > remaining and remaining > h:
                h = 0.5 * remaining
            if c.accepted[i] + c.rejected[i] >= c.max_steps:
                status[i] = 3
            if h < 1e-14 * largest(abs(t), 100.0):
                status[i] = 2
                if c.error[i] > 1e290:
                    status[i] = 4
            step[i] = h
        if status[i] > 0 and status[i] < 9:
            waiting = 1
    c.waiting = waiting
    now = scalars(c.now)
    for k in range(8):
        i = smallest(k, c.lanes - 1)
        t, end = time[i], time[i] + step[i]
        now[k] = t
        now[16 + k] = step[i]
        # forcing may bend or jump where a step begins or ends at a stop: it is looked at just inside
        inside = 1e-12 * largest(abs(t), 100.0)
        now[48 + k] = t
        now[56 + k] = end
        if c.at_stop[i] > 0:
            now[48 + k] = t + inside
        if end >= stops[c.stop_index[i]] - inside:
            now[56 + k] = end - inside


def settle(c: Context, error: Vector) -> None:
    """Accept or refuse the step in each lane; keep outputs, advance time, choose the next length."""
    status, took, taken, returned = c.status, scalars(c.now + 3), 0, 0
    for i in range(8):
        took[i] = 0.0
    for i in range(c.lanes):
        if status[i] == 0:
            e = lane(error, i)
            c.error[i] = e
            if e <= 1.0:
                took[i] = 1.0
                taken = 1
            else:
                c.rejected[i] = c.rejected[i] + 1
                if hopeless(c, i, e):
                    took[i] = -1.0
                    returned = 1
                    go_back(c, i)
                else:
                    shrink(c, i, e)
    if c.together > 0:
        for i in range(1, 8):
            took[i] = took[0]
    if taken > 0:
        record(c)
    if taken + returned > 0:
        forth, back = c.now[3] > 0.5, c.now[3] < -0.5
        y, new, before = c.y, c.new, c.before
        for k in range(c.groups * c.rows):
            here, last = y[k], before[k]
            before[k] = select(forth, here, last)
            y[k] = select(forth, new[k], select(back, last, here))
        for i in range(c.lanes):
            if took[i] > 0.5:
                go_on(c, i)
    c.fresh = taken + returned


def hopeless(c: Context, i: int, e: float) -> bool:
    """Whether no step leads on from here: the error does not fall with the length of the step.

    The last step then ended too far from a constraint (pH from its charge balance, say) although its error looked
    small: it is taken back and tried shorter.
    """
    stuck = c.refused[i] > 2 and e > 0.7 * c.refused_error[i]
    return stuck and c.back_step[i] > 0.0 and c.returns[i] < 200


def go_back(c: Context, i: int) -> None:
    """Return one lane to where its last step began, to try a quarter of it."""
    c.returns[i] = c.returns[i] + 1
    c.time[i] = c.back_time[i]
    c.step[i] = 0.25 * c.back_step[i]
    c.stop_index[i] = c.back_stop[i]
    c.out_index[i] = c.back_out[i]
    c.at_stop[i] = 0
    c.back_step[i] = 0.0
    c.kept_step[i] = 0.0
    c.refused[i] = 0


def shrink(c: Context, i: int, e: float) -> None:
    """Shorten a refused step: as order four has it, or as order two where the last cut helped less than it should."""
    h = c.step[i]
    share = 0.1
    if e < 1e290:
        share = 0.9 / root(root(e))
        if c.refused[i] > 0:
            cut = h / c.refused_step[i]
            if e > 4.0 * c.refused_error[i] * cut * cut * cut * cut:
                share = 0.8 / root(e)
    c.refused[i] = c.refused[i] + 1
    c.refused_step[i] = h
    c.refused_error[i] = e
    c.step[i] = h * smallest(0.9, largest(0.1, share))


def go_on(c: Context, i: int) -> None:
    """Advance the time of one lane and choose its next step."""
    h = c.step[i]
    stop = c.stops[c.stop_index[i]]
    t = c.time[i] + h
    c.back_time[i] = c.time[i]
    c.back_step[i] = h
    c.back_stop[i] = c.stop_index[i]
    next_step = h * stretch(c, i, h, largest(c.error[i], 1e-12))
    if c.at_stop[i] == 1:
        c.restart[i] = largest(next_step, h)
    c.at_stop[i] = 0
    if abs(stop - t) <= 1e-13 * largest(abs(stop), 1.0):
        t = stop
        c.stop_index[i] = c.stop_index[i] + 1
        c.at_stop[i] = 1
        c.kept_step[i] = 0.0
        next_step = smallest(next_step, c.restart[i])  # the forcing bends here as it did at the last stop
        if stop >= c.times[c.time_count_out - 1]:
            c.status[i] = 1
            c.waiting = 1
    c.time[i] = t
    c.accepted[i] = c.accepted[i] + 1
    c.refused[i] = 0
    c.step[i] = next_step


def stretch(c: Context, i: int, h: float, e: float) -> float:
    """How much longer the next step may be; predicts from the last two errors (Gustafsson 1994)."""
    share = 0.9 / root(root(e))
    if c.kept_step[i] > 0.0:
        share = smallest(share, share * (h / c.kept_step[i]) * root(root(c.kept_error[i] / e)))
    c.kept_step[i] = h
    c.kept_error[i] = largest(e, 0.01)
    most = 5.0
    if c.refused[i] > 0:  # not right after a refused step
        most = 1.0
    return smallest(most, largest(0.2, share))


def record(c: Context) -> None:
    """States at output times within the step: a cubic through both ends that keeps every linear balance."""
    time, step, times, took, out_index = c.time, c.step, c.times, scalars(c.now + 3), c.out_index
    share, pending = scalars(c.now + 4), 1
    size, y, new, at, u, first, second = c.groups * c.rows, c.y, c.new, c.at, c.u, c.dense_weight, c.dense_weight + 6
    for i in range(c.lanes):
        if took[i] > 0.5:
            c.back_out[i] = out_index[i]
    while pending > 0:
        pending = 0
        for k in range(8):
            i = smallest(k, c.lanes - 1)
            share[k] = -1.0
            if took[i] > 0.5 and out_index[i] < c.time_count_out:
                ahead = times[out_index[i]] - time[i]
                if ahead <= step[i] * (1.0 + 1e-12):
                    share[k] = smallest(1.0, ahead / step[i])
                    pending = 1
        if pending > 0:
            s = c.now[4]
            for k in range(size):
                one = first[0] * u[k]
                two = second[0] * u[k]
                for j in range(1, 6):
                    one += first[j] * u[j * size + k]
                    two += second[j] * u[j * size + k]
                at[k] = y[k] + s * (new[k] - y[k] + (1.0 - s) * (one + s * two))
            keep(c)


def keep(c: Context) -> None:
    """Store what is asked for at the output time of each lane that has reached one."""
    at, out_index, size, share, rows = c.at, c.out_index, c.groups * c.rows, scalars(c.now + 4), c.rows
    if c.together > 0:
        goal = c.kept + out_index[0] * size
        for k in range(size):
            goal[k] = at[k]
        out_index[0] = out_index[0] + 1
    else:
        observe, observed, sums, groups, count = c.observe, c.observed, c.sums, c.groups, c.observed_count
        c.now[5] = c.now[0] + c.now[4] * c.now[2]
        for g in range(groups):
            observe(c.now + 5, at + g * rows, c.p, c.c + g * c.data_rows, c.pre + g * c.pre_rows, observed, c.work)
            for i in range(c.lanes):
                if share[i] >= 0.0:
                    spot = c.results + (c.run[i] * c.time_count_out + out_index[i]) * count * sums
                    for o in range(count):
                        value = lane(observed[o], i)
                        for k in range(sums):
                            if g == 0:  # a step taken back may have been here
                                spot[o * sums + k] = 0.0
                            spot[o * sums + k] = spot[o * sums + k] + c.cell_weight[k * groups + g] * value
        for i in range(c.lanes):
            if share[i] >= 0.0:
                out_index[i] = out_index[i] + 1


def advance(c: Context, attempts: int) -> None:
    """Try so many steps, or until a lane needs attention (waiting)."""
    for _ in range(attempts):
        choose(c)
        if c.waiting > 0:
            return
        if c.fresh > 0:
            linearise(c)
        factor(c)
        attempt(c)
        settle(c, judge(c))
        if c.waiting > 0:
            return
