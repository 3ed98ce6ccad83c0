"""Compiles LLVM modules for this machine and keeps the machine code on disk."""

from __future__ import annotations

import ctypes
import hashlib
import os
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm
from llvmlite import ir

_loaded: dict[str, Library] = {}
_alive: list[object] = []
"""Machine code stays for the life of the process: code in use may not be unloaded."""

compilations = 0
"""How many modules were compiled (not loaded from disk) in this process; tests count it."""


def cache_folder() -> Path:
    """Where machine code is kept: RHIZOLITH_CACHE, else the user's cache folder."""
    chosen = os.environ.get("RHIZOLITH_CACHE")
    base = Path(chosen) if chosen else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "rhizolith"
    return base / "kernels"


@cache
def _machine() -> llvm.TargetMachine:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    process = ctypes.CDLL(None)
    for name in ("sin", "cos", "memset", "memcpy"):  # what LLVM may call; Python itself is linked to them
        llvm.add_symbol(name, ctypes.cast(getattr(process, name), ctypes.c_void_p).value)
    features = llvm.get_host_cpu_features().flatten()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=2, reloc="pic", codemodel="jitdefault", jit=True
    )


def _optimize(module: llvm.ModuleRef, level: int) -> None:
    options = llvm.create_pipeline_tuning_options(speed_level=level)
    builder = llvm.create_pass_builder(_machine(), options)
    builder.getModulePassManager().run(module, builder)


def machine_key(text: str) -> str:
    """Changes with the code, the compiler and the processor."""
    parts = (text, llvmlite.__version__, llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    digest, code = data[:32], data[32:]
    return code if hashlib.sha256(code).digest() == digest else None


def _write(path: Path, code: bytes) -> None:
    """Atomically; a cache that cannot be written is only slower, never an error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as f:
            f.write(hashlib.sha256(code).digest() + code)
        os.replace(temporary, path)
    except OSError:
        pass


class Library:
    """Machine code of one module; functions are looked up by name."""

    def __init__(self, code: bytes) -> None:
        backing = llvm.parse_assembly("")
        self._engine = llvm.create_mcjit_compiler(backing, _machine())
        binary = llvm.ObjectFileRef.from_data(code)
        self._engine.add_object_file(binary)
        _alive.extend((self._engine, binary))
        self._engine.finalize_object()

    def function(self, name: str, arguments: Sequence[Any]) -> Any:
        """A void function taking the given ctypes."""
        address = self._engine.get_function_address(name)
        return ctypes.CFUNCTYPE(None, *arguments)(address)


def build(key: str, make: Any, level: int) -> Library:
    """The library for `key`, from disk, else made by `make() -> ir.Module` and compiled."""
    global compilations
    if key in _loaded:
        return _loaded[key]
    _machine()
    path = cache_folder() / f"{key}.o"
    code = _read(path)
    if code is None:
        module: ir.Module = make()
        module.triple = llvm.get_default_triple()
        parsed = llvm.parse_assembly(str(module))
        parsed.verify()
        if level:
            _optimize(parsed, level)
        code = _machine().emit_object(parsed)
        compilations += 1
        _write(path, code)
    _loaded[key] = Library(code)
    return _loaded[key]
