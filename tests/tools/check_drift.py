#!/usr/bin/env python3
"""Shows where the API's published specification has moved away from what the library declares.

    print_schema > schema.json
    check_drift.py schema.json openapi.json

openapi.json is the vendor's OpenAPI document as downloaded. Every line of the output is one thing to look at:
something new there, something gone there, or something that differs. What the library marks as deprecated may
be missing there; the vendor withdraws such things from the document before the server does.

Exit status: 0 nothing differs, 1 something differs, 2 a file cannot be read.
"""

import json
import sys

METHODS = ("get", "post", "put", "patch", "delete")
LIMITS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "multipleOf")


class Specification:
    """The vendor's document, with references followed."""

    def __init__(self, document):
        self.document = document

    def follow(self, node):
        while isinstance(node, dict) and "$ref" in node:
            target = self.document
            for key in node["$ref"].removeprefix("#/").split("/"):
                target = target[key.replace("~1", "/").replace("~0", "~")]
            node = target
        return node or {}

    def schema(self, node):
        """A schema in one piece: references followed, allOf merged, "or null" turned into nullable."""
        node = dict(self.follow(node))
        for part in node.pop("allOf", []):
            part = self.schema(part)
            node["properties"] = {**part.get("properties", {}), **node.get("properties", {})}
            node["required"] = part.get("required", []) + node.get("required", [])
            node = {**part, **node}
        for key in ("anyOf", "oneOf"):
            choices = [self.schema(choice) for choice in node.pop(key, [])]
            if any(choice.get("type") == "null" for choice in choices):
                node["nullable"] = True
            choices = [choice for choice in choices if choice.get("type") != "null"]
            if choices:
                node = {**choices[0], **node}
        if isinstance(node.get("type"), list):
            node["nullable"] = "null" in node["type"] or node.get("nullable", False)
            node["type"] = next((name for name in node["type"] if name != "null"), "null")
        if "const" in node:
            node["enum"] = [node.pop("const")]
        if "type" not in node and "properties" in node:
            node["type"] = "object"
        return node

    def body(self, node):
        content = self.follow(node).get("content", {})
        return self.schema(content["application/json"]["schema"]) if "application/json" in content else None

    def operations(self):
        for path, item in self.document.get("paths", {}).items():
            for method, operation in self.follow(item).items():
                if method in METHODS:
                    yield f"{method.upper()} {path}", operation

    def query(self, operation):
        wanted = [self.follow(p) for p in operation.get("parameters", [])]
        wanted = [p for p in wanted if p.get("in") == "query"]
        if not wanted:
            return None
        return {
            "type": "object",
            "properties": {p["name"]: p.get("schema", {}) for p in wanted},
            "required": [p["name"] for p in wanted if p.get("required")],
        }

    def response(self, operation):
        for status, answer in sorted(operation.get("responses", {}).items()):
            if status.startswith("2"):
                return self.body(answer)
        return None


class Comparison:
    def __init__(self, specification):
        self.specification = specification
        self.lines = []
        self.fields = 0

    def say(self, where, what):
        self.lines.append(f"{where}: {what}")

    def part(self, where, there, here, is_request):
        """Compares a request, query or response as a whole."""
        if there is None and here is not None:
            self.say(where, "gone there")
        elif there is not None and here is None:
            self.say(where, "new there")
        elif there is not None:
            self.value(where, there, here, is_request)

    def value(self, where, there, here, is_request):
        self.fields += 1
        there = self.specification.schema(there)
        if not self.same_type(where, there, here):
            return
        self.flags(where, there, here, is_request)
        self.choices(where, there, here)
        if is_request:
            self.limits(where, there, here)
            self.default(where, there, here)
        if here.get("type") == "object":
            self.members(where, there, here, is_request)
        if here.get("type") == "array" and "items" in there:
            self.value(f"{where}[]", there["items"], here["items"], is_request)

    def same_type(self, where, there, here):
        theirs, ours = there.get("type"), here.get("type")
        whole = theirs == "number" and ours == "integer" and all(
            isinstance(choice, int) for choice in there.get("enum", [0.5]))
        if theirs is None or theirs == ours or whole:
            return True
        self.say(where, f"type is {theirs} there, {ours} here")
        return False

    def flags(self, where, there, here, is_request):
        if there.get("deprecated", False) != here.get("deprecated", False):
            self.say(where, "deprecated there" if there.get("deprecated") else "not deprecated there")
        may_be_null = there.get("nullable") or None in there.get("enum", [])
        if not is_request and may_be_null and not here.get("nullable"):
            self.say(where, "may be null there")

    def choices(self, where, there, here):
        theirs = [choice for choice in there.get("enum", []) if choice is not None]
        ours = here.get("enum", [])
        old = here.get("x-deprecated-values", [])
        if not theirs:
            return
        new = [choice for choice in theirs if choice not in ours]
        gone = [choice for choice in ours if choice not in theirs and choice not in old]
        if new:
            self.say(where, f"{len(new)} new values there: {json.dumps(new)}")
        # One enumeration of states serves all details, although searches for faces are never canceled.
        if gone and not where.endswith("response.status"):
            self.say(where, f"{len(gone)} values gone there: {json.dumps(gone)}")

    def limits(self, where, there, here):
        for limit in LIMITS:
            theirs, ours = there.get(limit), here.get(limit)
            never_empty = limit == "minLength" and theirs is None and ours == 1
            if theirs != ours and not never_empty:
                self.say(where, f"{limit} is {theirs} there, {ours} here")

    def default(self, where, there, here):
        theirs, ours = there.get("default"), here.get("default")
        # Names with the time in them are what the server makes up.
        if isinstance(theirs, str) and theirs.endswith(" - dateTime"):
            theirs = None
        same = theirs == ours and isinstance(theirs, bool) == isinstance(ours, bool)
        if not same:
            self.say(where, f"default is {json.dumps(theirs)} there, {json.dumps(ours)} here")

    def members(self, where, there, here, is_request):
        theirs, ours = there.get("properties", {}), here.get("properties", {})
        needed_there, needed_here = set(there.get("required", [])), set(here.get("required", []))
        for name, schema in theirs.items():
            if name in ours:
                self.value(f"{where}.{name}", schema, ours[name], is_request)
            else:
                kind = self.specification.schema(schema).get("type")
                self.say(f"{where}.{name}", f"new there ({kind}{', required' if name in needed_there else ''})")
        for name, schema in ours.items():
            if name not in theirs and not schema.get("deprecated"):
                self.say(f"{where}.{name}", "gone there")
        shared = set(theirs) & set(ours)
        for name in sorted((needed_here - needed_there) & shared):
            self.say(f"{where}.{name}", "not required there")
        if is_request:
            for name in sorted((needed_there - needed_here) & shared):
                self.say(f"{where}.{name}", "required there")


def compare(schema, specification):
    comparison = Comparison(specification)
    here = {f"{operation['method']} {operation['path']}": operation for operation in schema["operations"]}
    for name, operation in specification.operations():
        mine = here.pop(name, None)
        if mine is None:
            comparison.say(name, "new there")
            continue
        if operation.get("deprecated", False) != mine.get("deprecated", False):
            comparison.say(name, "deprecated there" if operation.get("deprecated") else "not deprecated there")
        comparison.part(f"{name} query", specification.query(operation), mine.get("query"), True)
        comparison.part(f"{name} request", specification.body(operation.get("requestBody")), mine.get("request"), True)
        comparison.part(f"{name} response", specification.response(operation), mine.get("response"), False)
    for name, operation in here.items():
        if not operation.get("deprecated"):
            comparison.say(name, "gone there")
    return comparison


def main(arguments):
    if len(arguments) != 2 or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 2
    try:
        schema, document = (json.load(open(name, encoding="utf-8")) for name in arguments)
    except (OSError, ValueError) as problem:
        print(f"cannot read: {problem}", file=sys.stderr)
        return 2
    comparison = compare(schema, Specification(document))
    for line in comparison.lines:
        print(line)
    print(f"{len(schema['operations'])} operations here, {comparison.fields} fields compared, "
          f"{len(comparison.lines)} differences")
    return 1 if comparison.lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
