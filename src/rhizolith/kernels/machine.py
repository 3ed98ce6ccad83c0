"""Compiles LLVM modules for this machine and keeps the machine code on disk."""

from __future__ import annotations

import ctypes
import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numpy as np

Tables = Mapping[str, Any]
"""Arrays that belong to a piece of machine code."""
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
    try:
        process = ctypes.CDLL(None)
        for name in ("memset", "memcpy"):  # what LLVM may call; Python itself is linked to them
            llvm.add_symbol(name, ctypes.cast(getattr(process, name), ctypes.c_void_p).value)
    except (OSError, TypeError, AttributeError):
        pass  # where the process cannot be searched, LLVM finds them itself
    features = llvm.get_host_cpu_features().flatten()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=2, reloc="pic", codemodel="jitdefault", jit=True
    )


def _optimize(module: llvm.ModuleRef, level: int) -> None:
    options = llvm.create_pipeline_tuning_options(speed_level=level)
    builder = llvm.create_pass_builder(_machine(), options)
    builder.getModulePassManager().run(module, builder)


def key_of(*parts: str) -> str:
    """A name that changes with the content, the compiler and the processor."""
    every = (*parts, llvmlite.__version__, llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    return hashlib.sha256("\0".join(every).encode()).hexdigest()[:40]


def machine_code(text: str, level: int) -> bytes:
    """Compile LLVM text; level 0 for code that is already lean, 2 or 3 for loops."""
    global compilations
    module = llvm.parse_assembly(text)
    module.triple = llvm.get_default_triple()
    module.verify()
    if level:
        _optimize(module, level)
    compilations += 1
    return _machine().emit_object(module)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        data = path.read_bytes()
        digest, payload = data[:32], data[32:]
        if hashlib.sha256(payload).digest() != digest:
            return None
        with np.load(io.BytesIO(payload), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError, KeyError):
        return None


def _write(path: Path, content: Tables) -> None:
    """Atomically; a cache that cannot be written is only slower, never an error."""
    buffer = io.BytesIO()
    np.savez(buffer, **content)
    payload = buffer.getvalue()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as f:
            f.write(hashlib.sha256(payload).digest() + payload)
        os.replace(temporary, path)
    except OSError:
        pass


class Library:
    """Machine code of one module with its tables; functions are looked up by name."""

    def __init__(self, content: Tables) -> None:
        self.tables = {name: array for name, array in content.items() if name != "code"}
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
        binary = llvm.ObjectFileRef.from_data(bytes(content["code"]))
        self._engine.add_object_file(binary)
        _alive.extend((self._engine, binary))
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        """Where a function starts."""
        return int(self._engine.get_function_address(name))


def build(key: str, make: Callable[[], tuple[str, Tables]], level: int) -> Library:
    """The library for `key`: from memory, from disk, else from `make() -> (LLVM text, tables)`."""
    if key not in _loaded:
        _machine()
        path = cache_folder() / f"{key}.npz"
        content = _read(path)
        if content is None:
            text, tables = make()
            content = {"code": np.frombuffer(machine_code(text, level), dtype=np.uint8), **tables}
            _write(path, content)
        _loaded[key] = Library(content)
    return _loaded[key]
