"""What the compiled solver works on: sizes, tables, model, memory and lanes of one integration.

Rows of a cell are its unknowns, then its processes (whose integrals are unknowns without feedback). A group is
eight cells of one run ("together"), or one cell of eight runs ("apart"): lanes then have their own time and step.
"""

from __future__ import annotations

from rhizolith.kernels.language import Index, Kernel, Numbers, Scalars, Vectors


class Context:
    """Everything one integration owns; filled by `frame.py`."""

    # sizes
    together: int
    lanes: int
    groups: int
    cells: int
    rows: int
    unknowns: int
    mobile: int
    columns: int
    data_rows: int
    pre_rows: int
    # the model
    rates: Kernel
    slopes: Kernel
    flow: Kernel
    observe: Kernel
    p: Vectors
    c: Vectors
    pre: Vectors
    work: Vectors
    flow_out: Vectors
    # slopes, mass and the matrix
    jac: Vectors
    jac_rows: int
    slope_count: int
    slope_at: Index
    part_start: Index
    part_column: Index
    part_first: int
    time_count: int
    time_first: int
    time_row: Index
    mass: Vectors
    mass_count: int
    mass_row: Index
    mass_column: Index
    mass_at: Index
    w: Vectors
    entries: int
    pivots: int
    pivot_row: Index
    diagonal: Index
    row_start: Index
    row_at: Index
    row: Index
    column_start: Index
    column_at: Index
    column: Index
    target_start: Index
    target: Index
    block_at: Index
    mobile_at: Index
    blocks: Vectors
    lower: Vectors
    upper: Vectors
    x: Vectors
    scratch: Vectors
    # transport: still, then what scales with the flow
    moving: int
    flowing: int
    below: Vectors
    here: Vectors
    above: Vectors
    flow_below: Vectors
    flow_here: Vectors
    flow_above: Vectors
    flow_source: Vectors
    # the method
    stage_weight: Scalars
    coupling_weight: Scalars
    node: Scalars
    time_weight: Scalars
    final_weight: Scalars
    dense_weight: Scalars
    gamma: float
    # the state
    y: Vectors
    new: Vectors
    at: Vectors
    u: Vectors
    f: Vectors
    in_time: Vectors
    now: Vectors
    fresh: int
    # error control
    absolute: Scalars
    rtol: float
    amount: Index
    weight: Vectors
    max_step: float
    max_steps: int
    # lanes
    time: Scalars
    step: Scalars
    error: Scalars
    stop_index: Numbers
    out_index: Numbers
    status: Numbers
    accepted: Numbers
    rejected: Numbers
    at_stop: Numbers  # 1 where a step begins at a stop, 2 where the run begins
    restart: Scalars
    kept_step: Scalars
    kept_error: Scalars
    refused: Numbers
    before: Vectors
    back_time: Scalars
    back_step: Scalars
    back_stop: Numbers
    back_out: Numbers
    returns: Numbers
    refused_step: Scalars
    refused_error: Scalars
    run: Numbers
    waiting: int
    # when to stop and what to keep
    stops: Scalars
    times: Scalars
    time_count_out: int
    kept: Vectors
    observed: Vectors
    observed_count: int
    cell_weight: Scalars
    sums: int
    results: Scalars
