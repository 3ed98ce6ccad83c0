"""Every operation of the tracer against NumPy, its derivative against the complex step."""

import numpy as np
import pytest

from rhizolith.errors import ModelError
from rhizolith.kernels import (
    Graph,
    cos,
    evaluate,
    exp,
    jacobian,
    limit,
    log,
    maximum,
    minimum,
    sin,
    sqrt,
    tanh,
    where,
)

X = np.array([0.31, 0.7, 1.9, 2.6])
Y = np.array([1.4, 0.2, 0.9, 3.3])
SMOOTH = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: 1.5 - x - y,
    "mul": lambda x, y: x * y * 3,
    "div": lambda x, y: x / y + 2 / x,
    "exp": lambda x, y: np.exp(x * y) if isinstance(x, np.ndarray) else exp(x * y),
    "log": lambda x, y: np.log(x + y) if isinstance(x, np.ndarray) else log(x + y),
    "sqrt": lambda x, y: np.sqrt(x * y) if isinstance(x, np.ndarray) else sqrt(x * y),
    "trig": lambda x, y: np.sin(x) * np.cos(y) if isinstance(x, np.ndarray) else sin(x) * cos(y),
    "tanh": lambda x, y: np.tanh(x - y) if isinstance(x, np.ndarray) else tanh(x - y),
    "power": lambda x, y: x**0.37 + y**-2 + x**5,
    "neg": lambda x, y: -x * y,
}


@pytest.mark.parametrize("name", SMOOTH)
def test_value_and_derivative_of_each_operation(name):
    f = SMOOTH[name]
    g = Graph()
    x, y = g.symbol("x"), g.symbol("y")
    out = f(x, y)
    assert np.allclose(evaluate([out], {"x": X, "y": Y})[0], f(X, Y), rtol=1e-14)
    slopes = jacobian([out], [x, y])
    h = 1e-30
    for column, (dx, dy) in enumerate([(h, 0), (0, h)]):
        exact = np.imag(f(X + 1j * dx, Y + 1j * dy)) / h
        got = evaluate([slopes[0, column]], {"x": X, "y": Y})[0]
        assert np.allclose(got, exact, rtol=1e-13)


def test_choices_and_their_derivatives():
    g = Graph()
    x, y = g.symbol("x"), g.symbol("y")
    out = [where(x < y, x * x, 1 / y), maximum(x, y), minimum(x, 2.0)]
    values = evaluate(out, {"x": X, "y": Y})
    assert np.allclose(values[0], np.where(X < Y, X * X, 1 / Y))
    slopes = jacobian(out, [x, y])
    assert np.allclose(evaluate([slopes[0, 0]], {"x": X, "y": Y})[0], np.where(X < Y, 2 * X, 0))
    assert np.allclose(evaluate([slopes[1, 1]], {"x": X, "y": Y})[0], Y >= X)
    assert np.allclose(evaluate([slopes[2, 0]], {"x": X, "y": Y})[0], X < 2)


def test_equal_expressions_are_one_node():
    g = Graph()
    x, y = g.symbol("x"), g.symbol("y")
    assert (x * y + 1).same(1 + y * x)
    assert (x + 0).same(x) and (x * 1).same(x) and (x * 0).value == 0


def test_branching_on_a_value_is_refused_with_the_way_out():
    x = Graph().symbol("x")
    with pytest.raises(ModelError, match=r"where.*limit"):
        bool(x > 1)
    with pytest.raises(ModelError, match="where"):
        x == 1  # noqa: B015


def test_limit_is_zero_below_zero_and_saturation_above():
    x = np.array([-5.0, -1e-9, 0.0, 1e-3, 0.5, 1.0, 100.0])
    value = limit(x, 1.0)
    assert np.all(value[:3] == 0)
    assert np.allclose(value[4:], x[4:] / (x[4:] + 1), rtol=3e-4)
    fine = np.linspace(-1e-4, 1e-3, 100_001)
    steps = np.diff(limit(fine, 1.0))
    assert np.all(steps >= 0)
    slope = steps / np.diff(fine)
    assert slope[9_091] < 1e-3 and slope[-1] > 0.9  # rises from 0 without a jump
    assert np.abs(np.diff(slope)).max() < 1e-3


def test_a_missing_symbol_is_named():
    g = Graph()
    with pytest.raises(ModelError, match="pH"):
        evaluate([g.symbol("pH") * 2], {})
