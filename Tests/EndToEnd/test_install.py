# SPDX-License-Identifier: Apache-2.0
"""`make install`: what is in the tree gets where systemd, man(1) and the shells look, and finds its programs there."""

import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import BINARIES, PACKAGE, PATIENCE_SECONDS

PREFIX = "/opt/session"
# The first version of systemd with drop-ins of its own, and one that knows them all.
EARLY, LATE = 254, 1000
PROGRAMS = ["sessiond", "sessionctl"]
EMULATORS = ["synerise-emulator", "openid-emulator"]
WEB_HOST = "sessiond-web-host"
# Where a browser looks, whatever the prefix is.
CHROMIUM_MANIFEST = "etc/chromium/native-messaging-hosts/sessiond_web.json"
FIREFOX_MANIFEST = "lib/mozilla/native-messaging-hosts/sessiond_web.json"
CHROMIUM_EXTENSION = "jcdbopldfphkmboikdadmopeijdapehc"
# A path of ours as the files of the tree write it.
OWN_PROGRAM = re.compile(r"/usr/bin/session\w*|/usr/lib/sessiond/\S+")


def run(*command, **options):
    """Runs a command that has to succeed; what it prints."""
    done = subprocess.run(
        command, cwd=PACKAGE, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False, **options)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def make(*arguments):
    """Runs a target of the Makefile, whatever its status; variables of a make around this one do not reach it."""
    return subprocess.run(
        ["make", *arguments], cwd=PACKAGE, capture_output=True, text=True, timeout=PATIENCE_SECONDS,
        env={name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS")})


class Install(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="sessiond-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        binaries, cls.root = cls.folder / "bin", cls.folder / "root"
        binaries.mkdir()
        for name in [*PROGRAMS, *EMULATORS, WEB_HOST]:
            (binaries / name).symlink_to(BINARIES / name)
        (binaries / "built-from").write_text(run("Packaging/built-from"))
        (binaries / "NOTICE").write_text("what Swift packages ask to have passed on\n")
        for target in ("install", "install-dev", "install-c", "install-web"):
            cls.make_install(target, binaries, cls.root)
        cls.binaries = binaries
        cls.installed = cls.root / PREFIX.lstrip("/")

    @classmethod
    def make_install(cls, target, binaries, root, version=LATE):
        done = make(
            target, f"BIN={binaries}", f"DESTDIR={root}", f"prefix={PREFIX}", f"SYSTEMD_VERSION={version}")
        assert done.returncode == 0, f"{target}: {done.stdout}{done.stderr}"

    def files(self, folder):
        """The files below a folder of the tree, without it in their names."""
        return sorted(path.relative_to(PACKAGE / folder) for path in (PACKAGE / folder).rglob("*") if path.is_file())

    def test_everything_in_the_folder_of_units_is_installed(self):
        for file in self.files("systemd"):
            with self.subTest(file=str(file)):
                source = (PACKAGE / "systemd" / file).read_text()
                places = {
                    ".catalog": f"lib/systemd/catalog/{file}", ".preset": f"lib/systemd/system-preset/{file}",
                    ".conf": f"lib/sysusers.d/{file.name.removesuffix('.sysusers.conf')}.conf",
                }
                in_units = f"lib/systemd/system/{file}"
                place = in_units if file.parent.name.endswith(".d") else places.get(file.suffix, in_units)
                expected = source.replace("/usr/bin/session", f"{PREFIX}/bin/session")
                expected = expected.replace("/usr/lib/sessiond/", f"{PREFIX}/lib/sessiond/")
                self.assertEqual((self.installed / place).read_text(), expected)

    def test_a_systemd_gets_no_line_that_it_would_warn_about_but_can_be_given_it_later(self):
        self.assertTrue(self.files("systemd/sessiond.service.d"))
        for version in (EARLY - 1, EARLY):
            root = self.folder / f"for-{version}"
            self.make_install("install", self.binaries, root, version)
            installed = root / PREFIX.lstrip("/")
            drop_ins = {path.name for path in installed.glob("lib/systemd/system/*.d/*")}
            self.assertEqual(drop_ins, {f"10-systemd-{EARLY}.conf"} if version == EARLY else set())
            for file in self.files("systemd/sessiond.service.d"):
                # What `systemctl edit` makes comes after it, and counts.
                self.assertLess(str(file), "override.conf")
                example = installed / "share/doc/sessiond/examples/sessiond.service.d" / file
                self.assertEqual(example.read_text(), (PACKAGE / "systemd/sessiond.service.d" / file).read_text())

    def test_users_have_what_swift_packages_ask_to_have_passed_on(self):
        for package in ("sessiond", "sessiond-dev"):
            installed = self.installed / "share/doc" / package / "NOTICE"
            self.assertEqual(installed.read_text(), (self.binaries / "NOTICE").read_text())

    def test_a_system_with_rpm_gets_the_same_users(self):
        lines = (PACKAGE / "systemd/sessiond.sysusers.conf").read_text().splitlines()
        expected = [line for line in lines if line and not line.startswith("#")]
        made = re.search(r"(?s)<<SYSUSERS \|\| :\n(.*?)\nSYSUSERS\n", (PACKAGE / "Packaging/rpm/sessiond.spec").read_text())
        self.assertEqual(made[1].splitlines(), expected)

    def test_every_manual_page_is_installed_in_its_section(self):
        pages = self.files("man")
        self.assertTrue(pages)
        for page in pages:
            place = self.installed / "share" / "man" / f"man{page.suffix[1:]}" / page
            self.assertEqual(place.read_text(), (PACKAGE / "man" / page).read_text())

    def test_units_name_only_programs_that_were_installed(self):
        named = set()
        for file in (self.installed / "lib/systemd/system").rglob("*"):
            if file.is_file():
                text = file.read_text()
                self.assertIsNone(OWN_PROGRAM.search(text), f"{file}: {OWN_PROGRAM.search(text)}")
                named |= set(re.findall(r"(?m)^Exec\w+=[-+!@:]*(\S+)", text))
        self.assertIn(f"{PREFIX}/bin/sessiond", named)
        for program in named:
            self.assertTrue(os.access(self.root / program.lstrip("/"), os.X_OK), program)

    def test_nothing_is_installed_outside_of_the_prefix(self):
        outside = [path for path in self.root.rglob("*") if path.is_file() and self.installed not in path.parents]
        self.assertEqual(outside, [self.root / CHROMIUM_MANIFEST])

    def test_what_is_no_program_is_not_executable(self):
        executable = {
            str(path.relative_to(self.installed)) for path in self.installed.rglob("*")
            if path.is_file() and os.access(path, os.X_OK)}
        self.assertEqual({path.split("/")[0] for path in executable}, {"bin", "lib", "libexec"})
        self.assertLessEqual({f"bin/{name}" for name in PROGRAMS}, executable)
        self.assertNotIn("lib/sessiond/sessiond.conf", executable)

    def test_browsers_find_the_host_and_whose_it_is(self):
        for path, member, extension in (
                (self.root / CHROMIUM_MANIFEST, "allowed_origins", f"chrome-extension://{CHROMIUM_EXTENSION}/"),
                (self.installed / FIREFOX_MANIFEST, "allowed_extensions", "web@sessiond")):
            manifest = json.loads(path.read_text())
            self.assertEqual((manifest["name"], manifest["type"], manifest[member]), (path.stem, "stdio", [extension]))
            self.assertTrue(os.access(self.root / manifest["path"].lstrip("/"), os.X_OK), manifest["path"])

    def test_both_browsers_have_the_whole_extension_and_no_private_key(self):
        folders = [self.installed / "share/chromium/extensions/sessiond",
                   *self.installed.glob("share/mozilla/extensions/{*}/web@sessiond")]
        self.assertEqual(len(folders), 2)
        for folder in folders:
            installed = sorted(path.name for path in folder.iterdir())
            self.assertEqual(installed, [str(name) for name in self.files("Web/extension")])
        manifest = json.loads((folders[0] / "manifest.json").read_text())
        # The first half of the hash, in letters, is what Chromium calls it.
        key = hashlib.sha256(base64.b64decode(manifest["key"])).hexdigest()[:32]
        self.assertEqual("".join(chr(ord("a") + int(digit, 16)) for digit in key), CHROMIUM_EXTENSION)
        self.assertEqual([path for path in self.root.rglob("*.pem")], [])

    def test_the_configuration_that_is_installed_is_the_documented_one(self):
        self.assertEqual(
            (self.installed / "lib/sessiond/sessiond.conf").read_text(),
            (PACKAGE / "Packaging/sessiond.conf").read_text())

    def test_a_tree_without_binaries_says_how_they_are_built(self):
        done = make("install", f"BIN={self.folder / 'nothing'}", f"DESTDIR={self.folder / 'none'}")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("make build", done.stderr)

    def test_bash_completes_verbs_and_options(self):
        script = self.installed / "share/bash-completion/completions/sessionctl"
        self.assertFalse(script.read_text().startswith("#!"))
        for words, expected in {"sessionctl is-": "is-signed-in", "sessionctl token --min": "--min-valid"}.items():
            completion = run(
                "bash", "-euc",
                'source "$1"; COMP_LINE=$2; COMP_POINT=${#COMP_LINE}; COMP_WORDS=($2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1));'
                ' _sessionctl sessionctl "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"; printf "%s\\n" "${COMPREPLY[@]}"',
                "bash", str(script), words)
            self.assertEqual(completion.split(), [expected])

    def test_fish_completes_verbs_and_options(self):
        script = self.installed / "share/fish/vendor_completions.d/sessionctl.fish"
        for words, expected in {"sessionctl is-": "is-signed-in", "sessionctl token --min": "--min-valid"}.items():
            completion = run(
                "fish", "--no-config", "-c", "source $argv[1]; complete --do-complete $argv[2]", str(script), words)
            self.assertEqual([line.split("\t")[0] for line in completion.splitlines()], [expected])

    def test_zsh_finds_a_function_that_it_can_load(self):
        folder = self.installed / "share/zsh/site-functions"
        for name in PROGRAMS:
            self.assertEqual((folder / f"_{name}").read_text().splitlines()[0], f"#compdef {name}")
            run("zsh", "-fc", "fpath=($1 $fpath); autoload -U compinit && compinit -D -u && (( ${+_comps[$2]} )) && "
                "autoload +X $_comps[$2]", "zsh", str(folder), name)


class Versions(unittest.TestCase):
    def test_daemon_changelog_and_package_agree(self):
        version = run(BINARIES / "sessiond", "--version").split()[1]
        newest = re.search(r"(?m)^## (?:Unreleased: )?(\S+)", (PACKAGE / "CHANGELOG.md").read_text())
        self.assertEqual(newest.group(1), version)
        package = re.match(r"sessiond \((?P<upstream>[^)]*)-\d+\) ", (PACKAGE / "Packaging/debian/changelog").read_text())
        self.assertEqual(package["upstream"], version)
        spec = (PACKAGE / "Packaging/rpm/sessiond.spec").read_text()
        self.assertEqual(re.search(r"(?m)^Version: +(.*)$", spec)[1], version)
        manifest = json.loads((PACKAGE / "Web/extension/manifest.json").read_text())
        said = re.search(r'const VERSION = "(.*)";', (PACKAGE / "Web/extension/page.js").read_text())
        self.assertEqual((manifest["version"], said[1]), (version, version))

    def test_what_it_was_built_from_is_said_the_same_twice_and_names_every_package(self):
        said = run("Packaging/built-from")
        self.assertEqual(said, run("Packaging/built-from"))
        pins = re.findall(r'"identity" : "(.*)"', (PACKAGE / "Package.resolved").read_text())
        self.assertLess(1, len(pins))
        names = [line.split()[0] for line in said.splitlines()]
        self.assertEqual(names[:2], ["sessiond", "commit"])
        self.assertLessEqual({"swift", "libsystemd", "glibc", *pins}, set(names))


if __name__ == "__main__":
    unittest.main()
