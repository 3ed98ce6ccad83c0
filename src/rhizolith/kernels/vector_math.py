"""Exponential, logarithm and friends of eight numbers at once, as LLVM code.

LLVM would split a vector `exp` into eight calls; a polynomial keeps the lanes together.
exp: x = k ln2 + r, Taylor series of r to degree 13 (|r| ≤ 0.35: truncation below 2e-18), then 2^k by its bits.
log: x = m 2^e with m in [√½, √2), 2 atanh((m-1)/(m+1)) as a series to the 21st power.
sin, cos: x = k π/2 + r in three parts (|x| < 1e6), Taylor series of r to degree 17 and 18.
"""

from __future__ import annotations

import math
from functools import cache

from llvmlite import ir

LANES = 8
F64 = ir.DoubleType()
I64 = ir.IntType(64)
VEC = ir.VectorType(F64, LANES)
IVEC = ir.VectorType(I64, LANES)
FMA = ("contract",)


def splat(value: float) -> ir.Constant:
    """The same number in every lane."""
    return ir.Constant(VEC, [float(value)] * LANES)


def isplat(value: int) -> ir.Constant:
    """The same integer in every lane."""
    return ir.Constant(IVEC, [value] * LANES)


def _horner(b: ir.IRBuilder, x: ir.Value, coefficients: list[float]) -> ir.Value:
    total: ir.Value = splat(coefficients[-1])
    for c in reversed(coefficients[:-1]):
        total = b.fadd(b.fmul(total, x, flags=FMA), splat(c), flags=FMA)
    return total


def _function(module: ir.Module, name: str, arguments: int = 1) -> tuple[ir.IRBuilder, list[ir.Value]]:
    f = ir.Function(module, ir.FunctionType(VEC, [VEC] * arguments), name)
    f.linkage = "internal"
    return ir.IRBuilder(f.append_basic_block()), list(f.args)


def define_exp(module: ir.Module) -> None:
    """Add `vexp` to a module: relative error about 2e-16 for -708 ≤ x ≤ 709, clamped outside; NaN stays NaN."""
    b, (x,) = _function(module, "vexp")
    x = b.select(b.fcmp_ordered(">", x, splat(709.0)), splat(709.0), x)
    x = b.select(b.fcmp_ordered("<", x, splat(-708.0)), splat(-708.0), x)
    magic = splat(1.5 * 2.0**52)
    shifted = b.fadd(b.fmul(x, splat(1.0 / math.log(2.0))), magic)
    k = b.fsub(shifted, magic)
    r = b.fsub(x, b.fmul(k, splat(0.693145751953125)), flags=FMA)
    r = b.fsub(r, b.fmul(k, splat(1.42860682030941723212e-6)), flags=FMA)
    series = _horner(b, r, [1.0 / math.factorial(n) for n in range(14)])
    bits = b.shl(b.add(b.bitcast(shifted, IVEC), isplat(1023)), isplat(52))
    b.ret(b.fmul(series, b.bitcast(bits, VEC)))


def define_log(module: ir.Module) -> None:
    """Add `vlog` to a module: relative error about 2e-16 for normal positive x; NaN for x ≤ 0."""
    b, (x,) = _function(module, "vlog")
    bits = b.bitcast(x, IVEC)
    # exponent of x/√½, biased: positive, so that a logical shift does (there is no other below AVX-512)
    biased = b.lshr(b.add(bits, isplat((1023 << 52) - 0x3FE6A09E667F3BCD)), isplat(52))
    m = b.bitcast(b.sub(bits, b.shl(b.sub(biased, isplat(1023)), isplat(52))), VEC)
    s = b.fdiv(b.fsub(m, splat(1.0)), b.fadd(m, splat(1.0)))
    s2 = b.fmul(s, s)
    tail = b.fmul(s2, _horner(b, s2, [1.0 / (2 * n + 1) for n in range(1, 12)]))
    twice = b.fmul(splat(2.0), s)
    power = b.fsub(b.bitcast(b.or_(biased, isplat(0x4330000000000000)), VEC), splat(2.0**52 + 1023))
    low = b.fadd(b.fmul(twice, tail, flags=FMA), b.fmul(power, splat(1.90821492927058770002e-10)), flags=FMA)
    total = b.fadd(b.fmul(power, splat(0.693147180369123816490)), b.fadd(twice, low))
    b.ret(b.select(b.fcmp_ordered(">", x, splat(0.0)), total, splat(float("nan"))))


def _define_wave(module: ir.Module, name: str, quarter: int) -> None:
    b, (x,) = _function(module, name)
    magic = splat(1.5 * 2.0**52)
    shifted = b.fadd(b.fmul(x, splat(2.0 / math.pi)), magic)
    k = b.fsub(shifted, magic)
    r = x
    for part in (1.57079632673412561417e00, 6.07710050630396597660e-11, 2.02226624879595063154e-21):
        r = b.fsub(r, b.fmul(k, splat(part)), flags=FMA)  # π/2 in parts of 33 bits (as in fdlibm)
    r2 = b.fmul(r, r)
    odd = [(-1.0) ** n / math.factorial(2 * n + 1) for n in range(1, 9)]
    even = [(-1.0) ** n / math.factorial(2 * n) for n in range(10)]
    sine = b.fadd(r, b.fmul(b.fmul(r, r2), _horner(b, r2, odd)), flags=FMA)
    cosine = _horner(b, r2, even)
    turn = b.add(b.bitcast(shifted, IVEC), isplat(quarter))
    is_odd = b.icmp_unsigned("==", b.and_(turn, isplat(1)), isplat(1))
    value = b.select(is_odd, cosine, sine)
    sign = b.shl(b.and_(turn, isplat(2)), isplat(62))
    b.ret(b.bitcast(b.xor(b.bitcast(value, IVEC), sign), VEC))


def _define_tanh(module: ir.Module) -> None:
    """Near zero by its continued fraction, elsewhere 1 - 2/(e^2x + 1)."""
    b, (x,) = _function(module, "vtanh")
    x2 = b.fmul(x, x)
    fraction: ir.Value = splat(15.0)
    for odd in (13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0):
        fraction = b.fadd(splat(odd), b.fdiv(x2, fraction))
    e = b.call(module.get_global("vexp"), [b.fadd(x, x)])
    far = b.fsub(splat(1.0), b.fdiv(splat(2.0), b.fadd(e, splat(1.0))))
    b.ret(b.select(b.fcmp_ordered("<", x2, splat(0.25)), b.fdiv(x, fraction), far))


def _define_pow(module: ir.Module) -> None:
    """x^a for positive x, 0 for x ≤ 0: an amount that is used up takes no part."""
    b, (x, a) = _function(module, "vpow", 2)
    positive = b.fcmp_unordered(">", x, splat(0.0))
    base = b.select(positive, x, splat(1.0))
    value = b.call(module.get_global("vexp"), [b.fmul(b.call(module.get_global("vlog"), [base]), a)])
    b.ret(b.select(positive, value, splat(0.0)))


@cache
def library() -> str:
    """LLVM text of vexp, vlog, vsin, vcos, vtanh and vpow."""
    module = ir.Module("vector_math")
    define_exp(module)
    define_log(module)
    _define_wave(module, "vsin", 0)
    _define_wave(module, "vcos", 1)
    _define_tanh(module)
    _define_pow(module)
    return "\n".join(str(f) for f in module.functions)
