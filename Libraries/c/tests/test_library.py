# SPDX-License-Identifier: Apache-2.0
"""What the conformance suite does not see of libsessiond: what it exports, how it compiles, what it leaves in memory.

SESSIOND_C_BUILD names the folder that it was built in.
"""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
LIBRARY, PACKAGE = HERE.parent, HERE.parents[2]
BUILD = pathlib.Path(os.environ["SESSIOND_C_BUILD"]).resolve()
HEADER = LIBRARY / "include" / "sessiond" / "sessiond.h"
UUID = "345d4c8f-5aff-591d-a19c-1ca48923d9ee"
TOKEN = {
    "token": "eyJ.s3cr3t-canary.b" + "x" * 700, "uuid": UUID, "origin": "ANONYMOUS",
    "expiresAt": "2026-11-23T06:02:03Z", "expiresInSeconds": 3599, "stale": False, "generation": 7}


def run(*command, status=0, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120, **options)
    assert done.returncode == status, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def declared():
    """The functions of the header."""
    code = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.DOTALL)
    return set(re.findall(r"\b(sessiond_[a-z_]+)\(", code))


class Interface(unittest.TestCase):
    maxDiff = None

    def test_the_library_exports_what_the_header_declares_each_with_a_version(self):
        lines = run("nm", "--dynamic", "--defined-only", BUILD / "libsessiond.so").splitlines()
        symbols = [line.split()[-1] for line in lines if " T " in line]
        self.assertEqual(sorted(symbols), sorted(f"{name}@@LIBSESSIOND_0.1" for name in declared()),
                         "include/sessiond/sessiond.h and src/libsessiond.map: name each function in both")

    def test_debian_knows_the_same_symbols(self):
        listed = (PACKAGE / "Packaging" / "debian" / "libsessiond0.symbols").read_text()
        self.assertEqual(set(re.findall(r"^ (sessiond_\w+)@", listed, re.MULTILINE)), declared(),
                         "Packaging/debian/libsessiond0.symbols: a line for each function")

    def test_the_manual_has_every_function_and_no_other(self):
        page = (PACKAGE / "man" / "libsessiond.3").read_text()
        explained = re.findall(r"^\.It Xo\n\.Ft .*\n\.Fn (sessiond_\w+)", page, re.MULTILINE)
        self.assertEqual(sorted(explained), sorted(declared()), "man/libsessiond.3: an entry for each function")

    def test_every_function_of_the_header_is_explained(self):
        text = HEADER.read_text()
        for name in declared():
            with self.subTest(name):
                self.assertRegex(text, r"\*/\n[^\n;{}/]*(?:\n[^\n;{}/]*)?\b" + name + r"\(")

    def test_it_knows_every_error_and_method_of_the_protocol(self):
        schema = json.loads((PACKAGE / "Protocol" / "sessiond.schema.json").read_text())
        errors = {error["name"] for error in schema["x-errors"]} if isinstance(schema["x-errors"], list) \
            else set(schema["x-errors"])
        known = (LIBRARY / "src" / "error.c").read_text()
        for name in errors:
            self.assertIn(f'"{name}"', known)
        methods = {each["properties"]["method"]["const"] for each in schema["$defs"].values()
                   if "const" in each.get("properties", {}).get("method", {})}
        # These it uses itself, and those are for what stands between the daemon and web pages.
        methods -= {"session.event", "session.watch", "daemon.hello"}
        methods = {name for name in methods if not name.startswith("daemon.origins")}
        known = (LIBRARY / "src" / "request.c").read_text()
        self.assertEqual(
            set(re.findall(r'\{"((?:session|daemon|authority|rpc)\.\w+)"', known)), methods,
            "src/request.c, methods: a line for each")
        self.assertEqual(
            set(re.findall(r'\(\s*"((?:session|daemon|authority|rpc)\.\w+)"', known)), methods,
            "src/request.c: a function that makes the request, and its place in sessiond.h and libsessiond.map")

    def test_the_soname_stays(self):
        self.assertIn("[libsessiond.so.0]", run("readelf", "--dynamic", BUILD / "libsessiond.so"))


class Compilers(unittest.TestCase):
    def test_the_header_is_c_and_cpp_by_itself(self):
        flags = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", f"-I{LIBRARY}/include"]
        for compiler in filter(shutil.which, ("gcc", "clang")):
            for standard in ("c11", "c17"):
                run(compiler, f"-std={standard}", *flags, "-x", "c", HEADER)
        for compiler in filter(shutil.which, ("g++", "clang++")):
            for standard in ("c++11", "c++20"):
                run(compiler, f"-std={standard}", *flags, HERE / "header.cpp")

    def test_a_program_in_cpp_links_with_it_shared_and_static(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sd-")))
        build = ["g++", "-Wall", "-Werror", f"-I{LIBRARY}/include", HERE / "header.cpp", "-o", folder / "program"]
        run(*build, f"-L{BUILD}", "-lsessiond", f"-Wl,-rpath,{BUILD}")
        run(folder / "program")
        run(*build, BUILD / "libsessiond.a", "-ljansson")
        run(folder / "program")

    def test_another_compiler_has_nothing_to_say(self):
        if not shutil.which("clang"):
            self.skipTest("there is no clang")
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="sd-"))
        run("make", "--quiet", "-C", LIBRARY, "CC=clang", f"BUILD={folder}", "all", env={**os.environ, "MAKEFLAGS": ""})


STATUS = {
    "state": "anonymous", "uuid": UUID, "uuidOrigin": "generated", "signedIn": False,
    "signedInViaSimpleAuthentication": False, "tokenState": "valid", "generation": 7,
    "authority": {"kind": "local", "reachable": True}, "store": {"sealed": True, "state": "ok"}}


class Daemon(unittest.TestCase):
    """Tests with a daemon that answers what is asked, on any number of connections."""

    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="sd-"))
        self.path = f"{folder}/s"
        self.listener = self.enterContext(socket.socket(socket.AF_UNIX))
        self.listener.bind(self.path)
        self.listener.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, connection.makefile("rb") as lines:
            for line in lines:
                request = json.loads(line)
                answer = self.answer(request["method"], request["params"])
                if answer:
                    connection.sendall(self.line({"jsonrpc": "2.0", "id": request["id"], **answer}))

    @staticmethod
    def line(message):
        # As the daemon writes it.
        return json.dumps(message, separators=(",", ":")).encode() + b"\n"

    def answer(self, method, params):
        if method == "session.signIn" and "canary" in params["password"]:
            return {"error": {"code": -32008, "message": "no", "data": {"name": "authorityRejected"}}}
        return {
            "session.retrieveToken": {"result": TOKEN}, "session.status": {"result": STATUS},
            "session.watch": {"result": {"snapshot": STATUS, "sequence": 1795410123007, "resumed": False}},
            "session.signIn": {"result": {**STATUS, "login": params.get("email")}},
            "daemon.hello": {"result": {"server": "sessiond/9.9.9", "features": []}}}.get(method)

    def test_what_is_freed_has_no_secret_in_it(self):
        self.assertEqual(run(BUILD / "secrets", self.path), "0\n")

    def test_callbacks_run_once_and_may_do_what_they_like(self):
        run(BUILD / "behaviour", self.path)

    def instructions(self, calls):
        """How many a program with so many calls takes, whatever else the machine does."""
        out = pathlib.Path(self.path).with_name(f"out-{calls}")
        # The last argument is for events.
        subprocess.run(
            ["env", "-i", f"PATH={os.environ['PATH']}", "valgrind", "-q", "--tool=callgrind",
             f"--callgrind-out-file={out}", BUILD / "bench-libsessiond", self.path, "none"],
            input=f"calls {calls}\n", text=True, stdout=subprocess.DEVNULL, check=True)
        return int(re.search(r"^(?:totals|summary): (\d+)", out.read_text(), re.MULTILINE)[1])

    def test_a_call_takes_no_more_instructions_than_recorded(self):
        recorded = json.loads((HERE / "instructions.json").read_text())["call"]
        counted = (self.instructions(600) - self.instructions(100)) / 500
        self.assertLess(counted, 1.03 * recorded, "a call costs more: mend it, or record that, and say why")
        self.assertGreater(counted, 0.97 * recorded, "a call costs less: record that")


if __name__ == "__main__":
    unittest.main()
