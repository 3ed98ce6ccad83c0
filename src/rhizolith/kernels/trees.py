"""Trees of a random forest, grown one by one and asked about samples they have not seen (in `language.py`'s Python).

A tree is four tables over its nodes: `variable` (−1: a leaf), `cut` (up to it goes left), `child` (the left one; the
right one follows it) and `value` (mean target, `wide` numbers a node). Regression has one target; in classification
there is one target a class, 1 where a sample belongs to it, so that the fall of the squares is Gini's.
"""

from __future__ import annotations

from rhizolith.kernels.language import Numbers, Scalars


def draw(state: Numbers, count: int) -> int:
    """A whole number from 0 to count − 1, by two multiplicative generators (L'Ecuyer 1988)."""
    a = state[0] * 40014 % 2147483563
    b = state[1] * 40692 % 2147483399
    state[0] = a
    state[1] = b
    z = a - b
    if z < 1:
        z += 2147483562
    return (z - 1) % count


def sort_node(
    line: Numbers, rows: Numbers, count: int, order: Numbers, rank: Numbers, home: Numbers, m: int, n: int
) -> None:
    """The samples of node m along a variable: few are sorted in, many are picked from the sorted whole."""
    if count * count < 4 * n:
        for i in range(count):
            s, at, placed = rows[i], i, 0
            while placed < 1:
                placed = 1
                if at > 0:
                    before = line[at - 1]
                    if rank[before] > rank[s]:
                        line[at] = before
                        at -= 1
                        placed = 0
            line[at] = s
    else:
        at = 0
        for i in range(n):
            s = order[i]
            if home[s] == m:
                line[at] = s
                at += 1


def beats(squares: float, best: float, ties: Scalars, state: Numbers) -> int:
    """Whether a cut replaces the best one so far: when it is better, and by chance when the two are equal.

    Responses that repeat make equal cuts common, and always taking the first would lean to one end of a variable. The
    odds are those of R's randomForest: one in three for the second of a tie, one in four for the third.
    """
    if squares > best * (1.0 + 1e-10):
        ties[0] = 2.0
        return 1
    if squares < best * (1.0 - 1e-10):
        return 0
    ties[0] = ties[0] + 1.0
    return float(draw(state, 1000000)) * ties[0] < 1000000.0


def best_cut(
    line: Numbers, count: int, x: Scalars, target: Scalars, wide: int, weight: Numbers, total: Scalars, size: float,
    left: Scalars, best: Scalars, state: Numbers,
) -> int:  # fmt: skip
    """The best cut between two samples: its squares, where it is (best[0], best[1]); 0 where none beats best[0]."""
    for c in range(wide):
        left[c] = 0.0
    number, found = 0.0, 0
    for i in range(count - 1):
        s, after = line[i], line[i + 1]
        w = float(weight[s])
        number += w
        for c in range(wide):
            left[c] = left[c] + w * target[s * wide + c]
        if x[s] < x[after]:
            low, high = 0.0, 0.0
            for c in range(wide):
                rest = total[c] - left[c]
                low += left[c] * left[c]
                high += rest * rest
            squares = low / number + high / (size - number)
            if beats(squares, best[0], best + 2, state) > 0:
                found = 1
                best[0] = squares
                best[1] = 0.5 * (x[s] + x[after])
                if best[1] >= x[after]:
                    best[1] = x[s]
    return found


def divide(rows: Numbers, count: int, x: Scalars, cut: float, home: Numbers, child: int) -> int:
    """Samples up to the cut go to the front; how many."""
    front, back = 0, count
    while front < back:
        s = rows[front]
        if x[s] <= cut:
            home[s] = child
            front += 1
        else:
            back -= 1
            rows[front] = rows[back]
            rows[back] = s
            home[s] = child + 1
    return front


def sum_up(
    rows: Numbers, count: int, target: Scalars, wide: int, weight: Numbers, total: Scalars, value: Scalars,
) -> float:  # fmt: skip
    """Totals and means of a node; returns how many draws it holds."""
    size = 0.0
    for c in range(wide):
        total[c] = 0.0
    for i in range(count):
        s = rows[i]
        w = float(weight[s])
        size += w
        for c in range(wide):
            total[c] = total[c] + w * target[s * wide + c]
    for c in range(wide):
        value[c] = total[c] / size
    return size


def grow_tree(
    x: Scalars, order: Numbers, rank: Numbers, target: Scalars, n: int, p: int, wide: int, tried: int, small: int,
    state: Numbers, weight: Numbers, rows: Numbers, seen: int, home: Numbers, line: Numbers, pool: Numbers,
    first: Numbers, last: Numbers, variable: Numbers, cut: Scalars, child: Numbers, value: Scalars,
    total: Scalars, left: Scalars, best: Scalars, purity: Scalars,
) -> int:  # fmt: skip
    """Grow a tree on the drawn samples (`rows`, `weight`); returns its number of nodes."""
    nodes, m = 1, 0
    first[0] = 0
    last[0] = seen
    while m < nodes:
        mine, count = rows + first[m], last[m] - first[m]
        size = sum_up(mine, count, target, wide, weight, total, value + m * wide)
        variable[m] = -1
        if (size > float(small)) and (count > 1):
            squares = 0.0
            for c in range(wide):
                squares += total[c] * total[c]
            before = squares / size
            top, ties = best + 3, best + 6
            top[0] = before * (1.0 + 1e-9) + 1e-300
            for t in range(tried):
                other = t + draw(state, p - t)
                j = pool[other]
                pool[other] = pool[t]
                pool[t] = j
                sort_node(line, mine, count, order + j * n, rank + j * n, home, m, n)
                best[0] = before * (1.0 + 1e-9) + 1e-300
                found = best_cut(line, count, x + j * n, target, wide, weight, total, size, left, best, state)
                if found > 0:
                    found = beats(best[0], top[0], ties, state)
                if found > 0:
                    top[0] = best[0]
                    top[1] = best[1]
                    variable[m] = j
            j = variable[m]
            if j >= 0:
                cut[m] = top[1]
                child[m] = nodes
                purity[j] = purity[j] + (top[0] - before) / float(n)
                front = divide(mine, count, x + j * n, top[1], home, nodes)
                first[nodes] = first[m]
                last[nodes] = first[m] + front
                first[nodes + 1] = first[m] + front
                last[nodes + 1] = last[m]
                nodes += 2
        m += 1
    return nodes


def answer(
    x: Scalars, n: int, variable: Numbers, cut: Scalars, child: Numbers, s: int, shuffled: int, other: int,
) -> int:  # fmt: skip
    """The leaf of sample s, with one variable as in another sample."""
    m = 0
    while variable[m] >= 0:
        j = variable[m]
        who = s
        if j == shuffled:
            who = other
        step = 1
        if x[j * n + who] <= cut[m]:
            step = 0
        m = child[m] + step
    return m


def largest_class(value: Scalars, wide: int) -> int:
    """The class with the largest share."""
    at = 0
    for c in range(1, wide):
        if value[c] > value[at]:
            at = c
    return at


def wrong(value: Scalars, truth: Scalars, wide: int) -> float:
    """Squared error, or 1 where another class is named."""
    if wide == 1:
        return (value[0] - truth[0]) * (value[0] - truth[0])
    return 1.0 - truth[largest_class(value, wide)]


def shuffle(rows: Numbers, count: int, state: Numbers) -> None:
    """Into any order, each as likely (Fisher and Yates)."""
    for back in range(count - 1):
        i = count - 1 - back
        k = draw(state, i + 1)
        s = rows[i]
        rows[i] = rows[k]
        rows[k] = s


def ask_unseen(
    x: Scalars, target: Scalars, n: int, p: int, wide: int, state: Numbers, unseen: Numbers, mixed: Numbers, count: int,
    used: Numbers, variable: Numbers, cut: Scalars, child: Numbers, value: Scalars, nodes: int, rises: Scalars,
    votes: Scalars, asked: Scalars,
) -> None:  # fmt: skip
    """Votes of a tree on samples it has not seen, and how much each variable's shuffling raises its error."""
    plain = 0.0
    for i in range(count):
        s = unseen[i]
        mixed[i] = s
        said = value + answer(x, n, variable, cut, child, s, -1, s) * wide
        plain += wrong(said, target + s * wide, wide)
        asked[s] = asked[s] + 1.0
        if wide == 1:
            votes[s] = votes[s] + said[0]
        else:
            at = s * wide + largest_class(said, wide)
            votes[at] = votes[at] + 1.0
    for j in range(p):
        used[j] = 0
    for m in range(nodes):
        if variable[m] >= 0:
            used[variable[m]] = 1
    for j in range(p):
        if used[j] > 0:
            shuffle(mixed, count, state)
            raised = 0.0
            for i in range(count):
                s = unseen[i]
                said = value + answer(x, n, variable, cut, child, s, j, mixed[i]) * wide
                raised += wrong(said, target + s * wide, wide)
            rises[j] = (raised - plain) / float(count)


def grow_forest(
    x: Scalars, order: Numbers, rank: Numbers, target: Scalars, n: int, p: int, wide: int, trees: int, tried: int,
    small: int, state: Numbers, whole: Numbers, real: Scalars, rises: Scalars, purity: Scalars, votes: Scalars,
    asked: Scalars,
) -> None:  # fmt: skip
    """Each tree on n samples drawn with replacement. `whole` and `real` are room to work in (see `forest.py`)."""
    weight, rows, home, line, unseen, mixed = (
        whole,
        whole + n,
        whole + 2 * n,
        whole + 3 * n,
        whole + 4 * n,
        whole + 5 * n,
    )
    first, last, variable, child = whole + 6 * n, whole + 8 * n, whole + 10 * n, whole + 12 * n
    pool, used = whole + 14 * n, whole + 14 * n + p
    cut, value = real, real + 2 * n
    total, left, best = (
        real + 2 * n + 2 * n * wide,
        real + 2 * n + 2 * n * wide + wide,
        real + 2 * n + 2 * n * wide + 2 * wide,
    )
    for j in range(p):
        pool[j] = j
    for t in range(trees):
        for s in range(n):
            weight[s] = 0
            home[s] = -1
        for _i in range(n):
            s = draw(state, n)
            weight[s] = weight[s] + 1
        seen, count = 0, 0
        for s in range(n):
            if weight[s] > 0:
                rows[seen] = s
                home[s] = 0
                seen += 1
            else:
                unseen[count] = s
                count += 1
        nodes = grow_tree(
            x, order, rank, target, n, p, wide, tried, small, state, weight, rows, seen, home, line, pool,
            first, last, variable, cut, child, value, total, left, best, purity,
        )  # fmt: skip
        if count > 0:
            ask_unseen(
                x, target, n, p, wide, state, unseen, mixed, count, used, variable, cut, child, value, nodes,
                rises + t * p, votes, asked,
            )  # fmt: skip
