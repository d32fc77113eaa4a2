"""What a script gives a name or a place to, followed: names, and parts of arrays, lists and dicts."""

import ast
from typing import Any

import numpy as np

from workings.script.arrays import as_array, items, key_by, lifted, room
from workings.script.calls import Calls, Kind, Thing
from workings.script.expressions import Scope, is_mask, settled, spread_over
from workings.script.numbers import Number, chosen, kind_of, whole_by
from workings.script.record import stem_by
from workings.script.tables import CALLABLE, IN_PLACE, METHODS

ELSEWHERE = "global "  # before a name that a function has from outside: it stands for where it is


class Places(Calls):
    """Follows what puts values into places."""

    def assign(self, target: ast.expr, value: Any, scope: Scope, old: Any = None) -> None:
        """Give a value a name or a place, and note what it takes the place of."""
        match target:
            case ast.Name(id=name):
                home = scope.maps[0].get(ELSEWHERE + name, scope.maps[0])
                again = self.record.row if self.frames else 0
                home[name] = self.record.named(name, value, (), home.get(name, old), again)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for inner, part in spread_over(targets, value):
                    self.assign(inner, part, scope)
            case ast.Attribute(value=holder, attr=name):
                thing = self.value(holder, scope)
                if isinstance(thing, Thing | Kind):
                    thing.members[name] = self.record.named(name, value, (), thing.members.get(name))
                elif name == "data" and isinstance(thing, np.ndarray | Number):
                    self.assign(holder, value, scope)
                elif isinstance(thing, np.ndarray | Number) and name not in CALLABLE:  # as w.g
                    _, old = self.extras.get((id(thing), name), (thing, None))
                    stem = f"{self.slot(holder, scope)[0]}.{name}"
                    self.extras[id(thing), name] = thing, self.record.named(stem, value, (), old)
                elif name not in ("requires_grad", "shape"):
                    raise ValueError(f"expected no value for .{name}")
            case ast.Subscript(value=holder, slice=key):
                self.put(self.value(holder, scope), self.place(key, scope), value, target, scope)
            case _:
                raise ValueError("expected a name to assign to")

    def put(self, holder: Any, key: Any, value: Any, target: ast.Subscript, scope: Scope) -> None:
        """Put a value into a place of an array, a list or a dict."""
        if isinstance(holder, np.ndarray):
            key = settled(key, holder)
            if is_mask(key):
                key, value = ..., lifted(chosen)(key, value, holder)
            value = as_array(value) if isinstance(value, list | tuple) else value
            self.record.put(holder, key, value, *self.slot(target.value, scope))
            return
        inside = isinstance(holder, list) and isinstance(key, int) and -len(holder) <= key < len(holder)
        if not inside and not (isinstance(holder, dict) and not isinstance(key, slice | list)):
            raise ValueError("expected a place in an array, a list or a dict")
        old = holder[key] if inside else holder.get(key)
        stem, place = self.slot(target, scope)
        holder[key] = self.record.named(stem, value, place, old)

    def changed(self, target: ast.expr, kind: type[ast.operator], more: Any, scope: Scope) -> None:
        """Follow an assignment with an operation: an array is changed in place, whatever its other names."""
        old = self.value(target, scope)
        if isinstance(target, ast.Subscript) and is_mask(key := self.place(target.slice, scope)):
            whole = self.value(target.value, scope)
            if is_mask(settled(key, whole)):
                return self.put(whole, key, self.operation(kind, whole, more), target, scope)
        new = self.operation(kind, old, more)
        whole_array = isinstance(old, np.ndarray) and np.shape(new) == old.shape
        if whole_array and not isinstance(target, ast.Subscript):
            self.record.put(old, ..., new, *self.slot(target, scope))
        elif isinstance(old, list) and isinstance(new, list) and kind is ast.Add:
            self.of_list(old, "extend", [new[len(old) :]], {}, target, scope)
        else:
            self.assign(target, new, scope, old)

    def slot(self, node: ast.expr, scope: Scope) -> tuple[str, tuple[int, ...]]:
        """Return what the numbers in a place are called: a name, and where in it."""
        match node:
            case ast.Attribute(value=holder, attr="data"):
                return self.slot(holder, scope)
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return name, ()
            case ast.Subscript(value=holder, slice=key):
                stem, place = self.slot(holder, scope)
                found = self.place(key, scope)
                if not isinstance(found, int):
                    return (stem_by(found, stem), ()) if isinstance(found, str) else (stem, place)
                parts = self.value(holder, scope)
                if isinstance(parts, dict):  # by an object, say: which one it is
                    return stem, (*place, [*parts, found].index(found))
                return stem, (*place, found % len(parts) if isinstance(parts, list) and parts else abs(found))
        return "value", ()

    def of_list(self, holder: Any, name: str, given: Any, options: Any, node: ast.expr, scope: Scope) -> Any:
        """Return what a method of a list, a dict or a text gives; what is put into it gets a name."""
        match holder, name, given:
            case list(), "append" | "extend", [part]:
                for each in [part] if name == "append" else items(part):
                    self.inserted(holder, len(holder), each, node, scope)
            case list(), "insert", [n, part]:
                self.inserted(holder, whole_by(n), part, node, scope)
            case dict(), "update", [dict() as more]:
                for key, part in more.items():
                    holder[key] = self.record.named(stem_by(key, "value"), part, (), holder.get(key))
            case dict(), "setdefault", [key, part]:
                return holder.setdefault(key_by(key), part)
            case np.ndarray(), _, _:
                self.record.put(
                    holder, ..., IN_PLACE[name](holder, *given, **options), *self.slot(node, scope)
                )
                return holder
            case _ if (type(holder), name) in METHODS:
                return self.applied(METHODS[type(holder), name], [holder, *given], options, f".{name}")
            case _:
                raise ValueError(f"expected nothing like .{name} of {kind_of(holder)}")

    def inserted(self, holder: list[Any], place: int, part: Any, node: ast.expr, scope: Scope) -> None:
        """Put a part into a list."""
        room(len(holder) + 1)
        stem, inside = self.slot(node, scope)
        kept = isinstance(part, Number) and part.is_name
        holder.insert(place, part if kept else self.record.named(stem, part, (*inside, len(holder))))
