"""Which faults are put in: Cosmic Ray's operators, one or two a sign, and six of our own for common slips."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any

import parso
from cosmic_ray.ast import ast_nodes, get_ast, is_number
from cosmic_ray.ast.ast_query import ASTQuery
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

# Cosmic Ray puts each of eleven other signs for one sign; whatever finds the one finds the others.
_SIGNS = (
    *("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul", "Mod_FloorDiv", "Pow_Mul"),
    *("BitOr_BitAnd", "BitAnd_BitOr", "BitXor_BitOr", "LShift_RShift", "RShift_LShift"),
)
_COMPARISONS = (
    *("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt"),
    *("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is"),
)
_OTHERS = (
    *("ReplaceUnaryOperator_Delete_USub", "ReplaceUnaryOperator_Delete_Invert", "ReplaceUnaryOperator_Delete_Not"),
    *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ZeroIterationForLoop", "RemoveDecorator"),
)
_PLAIN = [
    *(f"ReplaceBinaryOperator_{name}" for name in _SIGNS),
    *(f"ReplaceComparisonOperator_{name}" for name in _COMPARISONS),
    *_OTHERS,
]


class _Ours(Operator):
    """An operator that puts other text in the place of a node."""

    def others(self, node: Any) -> Iterable[str]:
        """What the node's code may be replaced by."""
        raise NotImplementedError

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        for _ in self.others(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        text = list(self.others(node))[index]
        first = node.get_first_leaf()
        return parso.python.tree.Name(text, first.start_pos, prefix=first.prefix)

    def spliced(self, source: str, node: Any, index: int) -> str:
        """The source with the node mutated: what Cosmic Ray's own way gives, in a hundredth of the time."""
        lines = source.splitlines(keepends=True)
        (top, left), (bottom, right) = node.start_pos, node.end_pos
        before, after = "".join(lines[: top - 1]) + lines[top - 1][:left], lines[bottom - 1][right:]
        return before + list(self.others(node))[index] + after + "".join(lines[bottom:])

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class Number(_Ours):
    """A whole number one more and one less; any other twice and half of it, for one more is far off for a fraction."""

    def others(self, node: Any) -> Iterable[str]:
        if is_number(node):
            value = ast.literal_eval(node.value)
            if isinstance(value, int):
                yield from (repr(value + 1), f"({value - 1})" if value < 1 else repr(value - 1))
            elif value:
                yield from (repr(value * 2), repr(value / 2))
            else:
                yield repr(1.0)


class WithoutKeyword(_Ours):
    """A call without one of the arguments that it names."""

    def others(self, node: Any) -> Iterable[str]:
        if node.type == "arglist" and node.parent.type == "trailer":
            parts = node.children[::2]
            for left_out in parts:
                if left_out.type == "argument" and left_out.children[1] == "=":
                    yield ", ".join(part.get_code().strip() for part in parts if part is not left_out)
        elif node.type == "argument" and node.parent.type == "trailer" and node.children[1] == "=":
            yield ""


class WithoutStatement(_Ours):
    """Nothing where something is called, raised, added to, or made anew of itself."""

    def others(self, node: Any) -> Iterable[str]:
        if getattr(node.parent, "type", None) != "simple_stmt":
            return
        called = node.type in ("atom_expr", "power") and node.children[-1].type == "trailer"
        if called or node.type == "raise_stmt" or (node.type == "expr_stmt" and _made_anew(node)):
            yield "pass"


def _made_anew(statement: Any) -> bool:
    target, sign, *value = statement.children
    if sign.type == "annassign":
        return False
    if sign != "=":
        return True  # such as +=
    names = {leaf.value for leaf in _leaves(target) if leaf.type == "name"}
    return bool(names) and names <= {leaf.value for part in value for leaf in _leaves(part)}


def _leaves(node: Any) -> Iterator[Any]:
    return (each for each in ast_nodes(node) if not hasattr(each, "children"))


class NotCaught(_Ours):
    """An exception that is not caught. Cosmic Ray's own does not know dotted names."""

    def others(self, node: Any) -> Iterable[str]:
        caught, around = node, node.parent
        if getattr(around, "type", None) == "testlist_comp":
            caught, around = around.parent, around.parent.parent
        if (
            getattr(around, "type", None) == "except_clause"
            and around.children[1] is caught
            and node.type != "operator"
        ):
            yield "StopAsyncIteration"


class Swapped(_Ours):
    """A pair the other way round."""

    def others(self, node: Any) -> Iterable[str]:
        if node.type in ("testlist_comp", "testlist_star_expr", "testlist") and len(node.children) == 3:
            first, comma, second = node.children
            # The target of an assignment and its value would be swapped one at a time: the same fault twice.
            target = node.parent.type == "expr_stmt" and node.parent.children[0] is node
            if comma == "," and not target and not _is_a_set(node.parent):
                yield f"{second.get_code().strip()}, {first.get_code().strip()}"


def _is_a_set(around: Any) -> bool:
    """Whether a tuple in brackets is one of which the order does not matter."""
    if around.type != "atom":
        return False
    before = around.get_previous_leaf()
    caught = before is not None and before.value in ("in", "except")
    beside = around.parent
    while beside is not None and beside.type in ("arglist", "trailer"):
        beside = beside.parent
    return caught or (beside is not None and beside.get_first_leaf().value == "isinstance")


_ENDS = {"min": "max", "minimum": "maximum", "argmin": "argmax", "any": "all", "floor": "ceil"}
_OTHER_ENDS = {**_ENDS, **{b: a for a, b in _ENDS.items()}}


class OtherEnd(_Ours):
    """The smallest for the largest, all for any, and the other way round."""

    def others(self, node: Any) -> Iterable[str]:
        if node.type == "name" and node.value in _OTHER_ENDS and _is_called(node):
            yield _OTHER_ENDS[node.value]


def _is_called(name: Any) -> bool:
    beside = name.get_next_leaf()
    return beside is not None and beside.value in ("(", ".")


def operators() -> Iterator[Operator]:
    """All that are used."""
    yield from (get_operator(f"core/{name}")() for name in _PLAIN)
    yield from (Number(), WithoutKeyword(), WithoutStatement(), NotCaught(), Swapped(), OtherEnd())


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """Every fault that changes what the program does: (line, name of the function or "", the source with it).

    What does not compile, and what changes annotations alone, is no fault of the program.
    """
    plain = _meaning(source)
    tree = get_ast(source)
    seen: set[str] = set()
    for operator in operators():
        positions = [(node, at) for node in ast_nodes(tree) for at in operator.mutation_positions(node)]
        for occurrence, (node, at) in enumerate(positions):
            if isinstance(operator, _Ours):
                changed = operator.spliced(source, node, occurrence - positions.index((node, at)))
            else:
                changed = mutate_code(source, operator, occurrence)
            if changed is None or changed in seen:
                continue
            seen.add(changed)
            try:
                if _meaning(changed) == plain:
                    continue
            except SyntaxError:
                continue
            yield at[0][0], ASTQuery(node).get_definition_name() or "", changed


def _meaning(source: str) -> str:
    """The program without annotations, which are not looked at when it runs, and without zip's `strict`, which
    asserts what holds."""
    tree = ast.parse(source)
    compile(tree, "mutant", "exec")
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "zip":
            node.keywords = [keyword for keyword in node.keywords if keyword.arg != "strict"]
    return ast.dump(tree)
