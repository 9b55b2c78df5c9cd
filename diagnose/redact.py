"""Secrets stay: what looks like a credential is masked before a text is shown or kept."""

from __future__ import annotations

from kb.named import NamedTuple
from kb.pattern import DOTALL, IGNORECASE, lazy
from kb.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

MASK = "[redacted]"

_HARMLESS = lazy(
    r"(?:b?\\*['\"])?(?:none|null|true|false|\*+|\[redacted\]|<[^>]*>|\$\{?\w+\}?)?(?:\\*['\"])?",
    IGNORECASE,
)
"""Values that tell nothing: absent, masked already, or a name that stands for the secret."""

_MORE = r"(?!\[redacted\])"
_QUOTED = (
    r"b?(?:\"(?:\\[^\n]|[^\"\\\n])*\"|'(?:\\[^\n]|[^'\\\n])*'(?:\"'\"'[^'\n]*')*"
    r"|(?P<quote>\\+['\"])[^\n]*?(?<!\\)(?P=quote)|\\*['\"][^\n]+)"
)
"""A value in quotes, as Python, JSON, JSON within JSON and a shell write it; a quotation that is cut
off goes to the end of the line."""
_BARE = (
    rf"(?:{_MORE}(?:[^\s,;&'\"}}\])]|['\"}}\])](?=\w)|[,;&](?=[^\s'\"])(?![\w.-]{{1,40}}\s?[=:])))+"
)
"""A value without quotes: a comma, semicolon or ampersand ends it where another name follows."""
_VALUE = (
    rf"(?P<secret>{_QUOTED}|<[^>\n]*>|\w{{1,40}}\({_QUOTED.replace('quote', 'inner')}\)|{_BARE})"
)
_WORD = rf"(?P<secret>{_QUOTED}|(?:{_MORE}[^\s'\"])+)"
"""A word of a command line."""
_AFTER_OPTION = r"(?:=|\s{1,5}|\\*['\"]\s?,\s{0,5})"
"""Between an option and its value, in a command line and in a list of words."""

_NAMES = (
    r"(?:api|private|access|signing|encryption|account|shared|master|session)[ _-]?key"
    r"|secret|passw(?:or)?d|passwd|passphrase|pwd|token|credential|auth[_-]?string"
)


class _Form(NamedTuple):
    """How one kind of credential is written."""

    pieces: tuple[str, ...]
    """Of these one is in every text that holds it, as `fold` gives it: nearly all texts hold none,
    and are not searched."""
    pattern: re.Pattern[str]
    """All of it is masked, or its group ``secret`` where it has one; lengths are bounded wherever a
    hostile text could make the time grow with its square."""


def _form(*pieces: str, pattern: str, flags: int = 0) -> _Form:
    return _Form(pieces, lazy(pattern, flags))


_FORMS = (
    _form(
        "private key-----",
        pattern=r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)",
        flags=DOTALL,
    ),
    # Keys that are known by how they begin: of Prefect Cloud, Amazon, Google, GitHub, GitLab, Slack,
    # npm, Stripe, DigitalOcean, OpenAI and Hugging Face; JSON web tokens.
    _form("pnu_", "pnb_", "pcu_", "pat_", pattern=r"\b(?:pnu|pnb|pcu|pat)_[A-Za-z0-9]{8,}"),
    _form("akia", "asia", pattern=r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}"),
    _form("aiza", "ya29.", pattern=r"\b(?:AIza|ya29\.)[A-Za-z0-9_-]{16,}"),
    _form(
        "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "xapp-", "sk-", "hf_",
        pattern=r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|xapp-|sk-|hf_)[A-Za-z0-9_-]{10,}",
    ),
    _form("npm_", "dop_v1_", pattern=r"\b(?:npm|dop_v1)_[A-Za-z0-9]{16,}"),
    _form("k_live_", "k_test_", pattern=r"\b[prs]k_(?:live|test)_[A-Za-z0-9]{10,}"),
    _form(
        "eyj",
        pattern=r"(?<![\w-])eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)?",
    ),
    _form(
        "hooks.slack.com/",
        pattern=r"hooks\.slack\.com/services/(?P<secret>[A-Za-z0-9/]{8,})",
    ),
    # Headers.
    _form(
        "bearer", pattern=rf"\bbearer\s{{1,20}}(?P<secret>{_MORE}[A-Za-z0-9._~+/=-]{{8,}})",
        flags=IGNORECASE,
    ),
    _form(
        "basic", "token",
        pattern=rf"\b(?:basic|token)\s{{1,20}}(?P<secret>(?=\S{{0,200}}\d){_MORE}[A-Za-z0-9._~+/=-]{{8,}})",
        flags=IGNORECASE,
    ),
    _form(
        "digest", pattern=r"\bresponse\s?=\s?\\*['\"]?(?P<secret>[A-Za-z0-9+/=]{8,})",
        flags=IGNORECASE,
    ),
    _form(
        "authorization",
        pattern=r"\bauthorization\\*['\"]?\s{0,20}[:=]\s{0,20}(?:b?\\*['\"])?"
        r"(?:(?:basic|bearer|digest|token|apikey|negotiate|ntlm|aws4[\w-]{1,20})\s{1,20})?+"
        rf"(?P<secret>{_MORE}[^\s'\",]{{6,}})",
        flags=IGNORECASE,
    ),
    _form(
        "cookie",
        pattern=r"\bcookie\\*['\"]?\s{0,20}[:=,]\s{0,20}(?:b?\\*['\"])?"
        r"(?P<secret>[^\s=;,'\"]{1,200}=\\*\"?[^\n'\"]+)",
        flags=IGNORECASE,
    ),
    _form(
        "-key", "-token", "-secret",
        pattern=rf"\bx-(?:[a-z]{{1,20}}-){{0,3}}(?:key|token|secret)(?:\\*['\"],)?\s{{1,5}}"
        rf"(?P<secret>{_QUOTED}|(?=\S{{0,200}}\d){_MORE}[^\s'\",]{{8,}})",
        flags=IGNORECASE,
    ),
    # Names with a value.
    _form(
        "key", "secret", "passw", "passphrase", "pwd", "token", "credential", "auth",
        pattern=rf"(?:{_NAMES})[\w-]{{0,40}}\\*['\"]?\s{{0,20}}(?:=>?|:(?!//))\s{{0,20}}{_VALUE}",
        flags=IGNORECASE,
    ),
    _form(  # "pass: 3" and "pass=3" count tests
        "pass",
        pattern=rf"(?<![a-z])pass(?:\\*['\"]\s?:\s?|=)(?!\d{{1,3}}\b){_VALUE}",
        flags=IGNORECASE,
    ),
    _form("secret", pattern=rf"\bSecret(?:Str|Bytes)?\((?:value=)?(?P<secret>{_QUOTED})"),
    _form(
        "auth",
        pattern=r"auth(?:\s?=\s?)?\(\s?b?['\"][^'\"\n]{0,200}['\"]\s?,\s{0,5}"
        rf"(?P<secret>{_QUOTED})",
        flags=IGNORECASE,
    ),
    _form("password", pattern=rf"\blogin\s{{1,20}}\S{{1,200}}\s{{1,20}}password\s{{1,20}}{_WORD}"),
    # Signatures and keys of signed addresses.
    _form("sig=", pattern=r"(?:[?&;]|ignature=)sig=(?P<secret>[^\s&'\";]{8,})"),
    _form(
        "signature=",
        pattern=r"(?:(?<![A-Za-z])Signature|[?&;]signature)=(?P<secret>[A-Za-z0-9%+/=_~-]{8,})",
    ),
    _form("key=", pattern=r"[?&]key=(?P<secret>(?=[\w-]{0,200}\d)[\w-]{12,})"),
    # Words of command lines.
    _form(
        "--",
        pattern=r"--(?:key|pass|(?:[\w-]{0,40}-)?(?:password|passwd|passphrase|token|secret|api-?key"
        rf"|auth-string)){_AFTER_OPTION}{_WORD}",
    ),
    _form(
        "curl",
        pattern=rf"\bcurl\b[^\n|;]{{0,400}}?\s?['\"]?(?:-u|--(?:proxy-)?user)(?:{_AFTER_OPTION})?['\"]?"
        r"[^\s:'\"]{0,200}:(?P<secret>[^\s'\"]+)",
    ),
    _form(  # elsewhere -p is a port, or a work pool
        "login", "sshpass", "mysql", "mariadb", "mongo",
        pattern=r"\b(?:(?:docker|podman|nerdctl|buildah|skopeo|oc|az|argocd|registry)['\",\s]{1,5}login"
        rf"|sshpass|mysql\w{{0,20}}|mariadb\w{{0,20}}|mongo\w{{0,20}})\b[^\n|;]{{0,400}}?[\s'\"]-p"
        rf"(?:{_AFTER_OPTION})?{_WORD}",
    ),
    # Addresses: user:password@host, also with an at sign or a slash in it; token@host.
    _form("@", pattern=r"://[^\s/:'\"]{0,200}:(?P<secret>[^\s/'\"]{1,400})(?=@)"),
    _form(
        "@",
        pattern=r"://[^\s/:@'\"\[]{0,200}:(?!\d{1,5}[/?#])(?P<secret>[^\s/@'\"]{1,200}/[^\s'\"]{0,200})(?=@)",
    ),
    _form("@", pattern=r"https?://(?P<secret>(?=[^\s/@]{0,200}\d)[^\s/:@?#'\"]{8,200}|[^\s/:@?#'\"]{16,200})@"),
)  # fmt: skip


def redact(text: str) -> str:
    """Return the text with everything that looks like a credential replaced by `MASK`."""
    folded = fold(text)
    for pieces, pattern in _FORMS:
        if any(piece in folded for piece in pieces):
            text = pattern.sub(_masked, text)
    return text


def _masked(match: re.Match[str]) -> str:
    group = "secret" if "secret" in match.re.groupindex else 0
    if _HARMLESS.fullmatch(match[group]):
        return match[0]
    start, end = match.start(group) - match.start(), match.end(group) - match.start()
    return match[0][:start] + MASK + match[0][end:]
