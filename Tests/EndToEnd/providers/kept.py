# SPDX-License-Identifier: Apache-2.0
"""What the providers are started from: fetched from Debian and PyPI once, kept in a folder, installed nowhere.

SESSIOND_PROVIDERS_DIR names the folder (default: .providers of the package).
"""

import contextlib
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys

PROVIDERS = pathlib.Path(
    os.environ.get("SESSIOND_PROVIDERS_DIR", pathlib.Path(__file__).resolve().parents[3] / ".providers")).resolve()

# The installation script of glewlwyd fails without a database and would leave dpkg broken: the packages are unpacked.
# The others are libraries that a machine may lack.
GLEWLWYD_PACKAGES = (
    "glewlwyd", "glewlwyd-common",
    "libcbor0.8", "libconfig9", "libcurl3-gnutls", "libhoel1.4", "libiddawc1.1", "libjansson4", "libldap-2.5-0",
    "libmariadb3", "libmicrohttpd12", "liboath0", "liborcania2.3", "libpq5", "librhonabwy1.1", "libsasl2-2",
    "libsqlite3-0", "libulfius2.7", "libyder2.0",
)
# It crashes with oauthlib 4.
TOOLKIT_REQUIREMENTS = ("django-oauth-toolkit==3.4.1", "oauthlib<4")
SITE = pathlib.Path(__file__).with_name("toolkit_site.py")


class NotToBeHad(Exception):
    """A provider cannot be fetched."""


def glewlwyd():
    """The folder that glewlwyd's packages are unpacked in."""
    return kept("glewlwyd", GLEWLWYD_PACKAGES, _unpack)


def toolkit():
    """The folder with a Python that has django-oauth-toolkit and of an empty database."""
    # An environment goes with the Python that it was made with.
    return kept("toolkit", (sys.version, *TOOLKIT_REQUIREMENTS, "db.sqlite3"), _make_environment)


def fetch():
    """Has all of them there."""
    glewlwyd()
    toolkit()


def kept(name, contents, make):
    """A folder with that content; made where it is not there yet, or was made with another one."""
    folder, marker = PROVIDERS / name, PROVIDERS / f"{name}.contents"
    wanted = "\n".join(contents)
    PROVIDERS.mkdir(parents=True, exist_ok=True)
    with _locked(PROVIDERS / f"{name}.lock"):
        if not marker.exists() or marker.read_text() != wanted:
            marker.unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            marker.write_text(wanted)
    return folder


@contextlib.contextmanager
def _locked(path):
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _unpack(folder):
    archives = folder / "archives"
    archives.mkdir()
    try:
        _run("apt-get", "-qq", "download", *GLEWLWYD_PACKAGES, cwd=archives)
    except NotToBeHad:
        # A machine that has never asked for the lists of packages.
        if os.geteuid() != 0:
            raise
        _run("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=600", "update")
        _run("apt-get", "-qq", "download", *GLEWLWYD_PACKAGES, cwd=archives)
    for archive in archives.iterdir():
        _run("dpkg", "-x", archive, folder)
    shutil.rmtree(archives)


def _make_environment(folder):
    # An environment cannot be moved: it is made where it stays.
    _run(sys.executable, "-m", "venv", folder)
    python = folder / "bin" / "python"
    _run(python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", *TOOLKIT_REQUIREMENTS)
    _run(python, SITE, "--make-database", cwd=folder)


def _run(*command, cwd=None):
    command = [str(word) for word in command]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        raise NotToBeHad(f"{' '.join(command)}: {done.stderr or done.stdout}")


if __name__ == "__main__":
    fetch()
