# SPDX-License-Identifier: Apache-2.0
"""What both drivers for Python have in common: how a library's values are said on the wire, and which method is which."""

import dataclasses
import datetime
import json
import pathlib
import re
import sys
import threading

import sessiond

SCHEMA = json.loads((pathlib.Path(__file__).resolve().parents[3] / "Protocol" / "sessiond.schema.json").read_text())
# Answers that the library gives as one value.
BARE = {"getUUID": "uuid", "cancelSignIn": "cancelled"}
WRITING = threading.Lock()


def snake(name):
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name.replace("UUID", "Uuid"))
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def member_names(schema, found):
    """The members of all messages, by their names in Python."""
    if isinstance(schema, dict):
        for name, each in schema.items():
            if name == "properties":
                found.update({snake(member): member for member in each})
            member_names(each, found)
    return found


WIRE = member_names(SCHEMA["$defs"], {})


def arguments(options):
    """Parameters of the wire as arguments of a method."""
    made = {snake(name): value for name, value in options.items() if name != "_deadlineSeconds"}
    return {**made, "timeout": options["_deadlineSeconds"]} if "_deadlineSeconds" in options else made


def said(value):
    """A value of the library as the wire has it."""
    if dataclasses.is_dataclass(value):
        members = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        extra = members.pop("extra")
        return {**{WIRE[name]: said(each) for name, each in members.items() if each is not None}, **extra}
    if isinstance(value, sessiond.Secret):
        return value.reveal()
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return [said(each) for each in value] if isinstance(value, tuple) else value


def answer(method, value):
    if method in BARE:
        return {BARE[method]: value}
    return {} if value is None else said(value)


def error(raised):
    told = {"name": raised.name, "retryable": raised.retryable}
    return {**told, "retryAfterSeconds": raised.retry_after_seconds} if raised.retry_after_seconds is not None else told


def change(each):
    told = {
        "cause": each.cause, "generation": each.status.generation if each.status else None,
        "isOtherCustomer": each.is_other_customer}
    return {**told, "error": error(each.error)} if each.error else told


def write(message):
    with WRITING:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()
