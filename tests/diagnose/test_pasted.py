"""Reports as people paste them: what surrounds a report does not change what it says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from diagnose.collect import collect
from diagnose.given import Given
from tests.diagnose.made import shares, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.index import Index

FORM = """### First check

- [X] I added a descriptive title to this issue.
- [X] I used the GitHub search to find a similar issue and didn't find it.
- [X] I checked that this issue is related to Prefect and not one of its dependencies.

### Bug summary

"""

VERSION = """

### Version info (`prefect version` output)

```Text
Version:             2.8.1
API version:         0.8.4
Python version:      3.9.13
Git commit:          920d07a0
Built:               Thu, Feb 16, 2023 12:27 PM
OS/Arch:             linux/x86_64
Profile:             default
Server type:         cloud
```
"""

CODE = '''
### Reproduction

```python3
from prefect import flow, task

@task(retries=3, retry_delay_seconds=10)
def extract():
    """The worker is killed and the heartbeat is lost."""
    # out of memory
    return load("no heartbeat, agent stopped")
```
'''

SETTINGS = """
```
PREFECT_API_URL='https://api.prefect.cloud/api/accounts/x/workspaces/y'
PREFECT_RUNNER_HEARTBEAT_FREQUENCY='30'
PREFECT_LOGGING_LEVEL='DEBUG'
```
"""

WORDS = (
    "The agent process is still running, but it stopped picking up flow runs some days ago."
    " There is nothing in its log, all runs are Late until I restart it."
)

LOG = """\
18:08:21.514 | ERROR   | prefect.agent - Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED
httpx.LocalProtocolError: Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED
Failed the last 3 attempts. Please check your environment and configuration.
Agent stopped!"""


def each_line(text: str, prefix: Callable[[str], str]) -> str:
    return "\n".join(prefix(line) for line in text.split("\n"))


@pytest.mark.parametrize(
    ("around", "version"),
    [
        ((FORM, ""), ""),
        ((FORM, VERSION), "2.8.1"),
        ((FORM, CODE + VERSION), "2.8.1"),
        ((FORM, SETTINGS), ""),
        ((FORM + "```\n", "\n```\n" + VERSION), "2.8.1"),
        (("Jesse 09/25/2025, 4:15 PM\n", "\nMarvin 09/25/2025, 4:15 PM\n"), ""),
        (("<!-- describe your problem -->\n", ""), ""),
    ],
)
def test_a_form_around_a_description_says_no_more_than_the_version(
    index: Index, around: tuple[str, str], version: str
) -> None:
    plain = shares(told(index, WORDS, version=version))
    pasted = shares(told(index, WORDS.join(around)))

    assert pasted == pytest.approx(plain)


@pytest.mark.parametrize(
    "prefix",
    [
        "> {}",
        "Jul 08 21:00:32 ip-10-0-0-217 bash[3800322]: {}",
        "prefect-worker-1  | {}",
        "[pod/prefect-worker-78d664b779-snmln/prefect-worker] {}",
        "2025-07-08T21:00:01.123456789Z {}",
        "2025-07-08T21:00:01.123456789Z stdout F {}",
    ],
)
def test_a_log_says_the_same_behind_any_prefix(index: Index, prefix: str) -> None:
    pasted = told(index, each_line(LOG, prefix.format))

    assert pasted.verdict == "established"
    assert pasted.causes[0].insight == "http2-protocol-error-stops-agent"


def test_a_log_says_the_same_as_json(index: Index) -> None:
    lines = each_line(LOG, lambda line: json.dumps({"level": "error", "message": line}))

    assert told(index, lines).causes[0].insight == "http2-protocol-error-stops-agent"


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        (VERSION, ["2.8.1"]),
        ("### Prefect Version\n\n2.x\n", ["2.x"]),
        ("### Versions\n\n```Text\n3.6.27\n```\n", ["3.6.27"]),
        ("**Prefect Version** 2.7.7", ["2.7.7"]),
        ('"system_information": {\n    "prefect_version": "1.4.1",\n', ["1.4.1"]),
        ("image: prefecthq/prefect:2.14.10-python3.9", ["2.14.10"]),
        ("image: prefecthq/prefect:3-python3.12", ["3"]),
        ("prefect-client==2.16.2", ["2.16.2"]),
        ("| Prefect | 2.10.4 |", ["2.10.4"]),
        ("we run version 2.14.3 of Prefect", ["2.14.3"]),
        ("after the upgrade to prefect `3.0.0rc2`", ["3.0.0"]),
        ("API version:         0.8.4\nPython version:      3.10.4\n", []),
        ("Client: Docker Engine\n Version:           20.10.3\n", []),
        ("prefect-kubernetes==0.3.5", []),
        ("Name: httpcore\nVersion: 0.16.3\nSummary: A minimal low-level HTTP client.\n", []),
        ("kafka:\n  version: 3.6\n", []),
        ("Name: numpy\nVersion: 1.26.4\n", []),
        ("prefect>=2.1.0", []),
        ("### Python version\n\n3.11.4\n", []),
    ],
)
def test_the_version_of_prefect_is_read_and_no_other(
    index: Index, text: str, versions: list[str]
) -> None:
    assert collect(Given(errors=(text,)), index).versions == versions
