"""Secrets are found by their shape; ordinary code is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gearshift.privacy.redact import (
    _LONGEST_KEPT,
    _kept_secrets,
    find_secrets,
    redact,
    redact_around,
)
from gearshift.privacy.shapes import SHAPES

BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"
TOKEN = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0"


@pytest.mark.parametrize(
    ("text", "kind", "secret"),
    [
        pytest.param(f"x = 'ghp_{TOKEN[:36]}'", "github-token", f"ghp_{TOKEN[:36]}", id="github"),
        pytest.param(f"github_pat_{TOKEN}", "github-token", f"github_pat_{TOKEN}", id="github-pat"),
        pytest.param(f"sk-proj-{TOKEN}", "openai-key", TOKEN, id="openai"),
        pytest.param(f"sk-{'Q' * 48}", "openai-key", "Q" * 48, id="openai-letters-only"),
        pytest.param(f"sk-ant-api03-{TOKEN}", "anthropic-key", TOKEN, id="anthropic"),
        pytest.param("AKIAIOSFODNN7EXAMPLE", "aws-access-key", "AKIA", id="aws"),
        pytest.param(f"xoxb-1234567890-{TOKEN}", "slack-token", TOKEN, id="slack"),
        pytest.param(f"AIza{TOKEN[:35]}", "google-key", TOKEN[:35], id="google"),
        pytest.param(f"sk_live_{TOKEN}", "stripe-key", TOKEN, id="stripe"),
        pytest.param("eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM", "jwt", "SflKxwRJSM", id="jwt"),
        pytest.param("postgres://bob:s3cr3t@h/db", "url-password", "s3cr3t", id="url"),
        pytest.param(f"Authorization: Bearer {TOKEN}", "authorization", TOKEN, id="bearer"),
        pytest.param('password = "hunter2"', "password", "hunter2", id="password"),
        pytest.param('{"db_password": "Passw0rd!"}', "password", "Passw0rd!", id="json-password"),
        pytest.param('pwd: str = "x9$kk2"', "password", "x9$kk2", id="annotated"),
        pytest.param(f"API_KEY={TOKEN}\n", "secret", TOKEN, id="environment"),
        pytest.param(f"secret_key: {TOKEN}\r\n", "secret", TOKEN, id="yaml-crlf"),
        pytest.param(f"cfg['api-key'] = '{TOKEN}'", "secret", TOKEN, id="subscript"),
        pytest.param(f"İİ token := `{TOKEN}`", "secret", TOKEN, id="after-odd-letters"),
        pytest.param(f"aws_secret_access_key={TOKEN}", "secret", TOKEN, id="aws-secret"),
    ],
)
def test_a_secret_is_replaced_by_its_kind(text: str, kind: str, secret: str) -> None:
    redacted = redact(text)
    assert secret in text
    assert secret not in redacted.text
    assert f"«redacted:{kind}»" in redacted.text
    assert redacted.counts == {kind: 1}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("password = os.environ['DB_PASSWORD1']", id="from-environment"),
        pytest.param("password = get_pass1(user)", id="from-call"),
        pytest.param('password = "your-password-here"', id="placeholder"),
        pytest.param('password = "${DB_PASS1}"', id="template"),
        pytest.param('autocomplete="current-password"', id="html"),
        pytest.param('{"password": "new-password"}', id="name-of-a-field"),
        pytest.param('token = "access_token"', id="name-of-a-token"),
        pytest.param("secret = config.s3.bucket2", id="attribute"),
        pytest.param("token: str | None = None", id="type"),
        pytest.param("class='sk-loading-spinner-container-v2'", id="css-class"),
        pytest.param("key = '9f8a7b6c5d4e3f2a1b0c'", id="plain-key-of-a-mapping"),
        pytest.param("http://127.0.0.1:8000/v1", id="address"),
        pytest.param("task = 'sk-learn estimators 2024'", id="prose"),
        pytest.param("commit 3c1f2a9b8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a", id="hash"),
        pytest.param(
            'a = "-----BEGIN PRIVATE KEY-----"\nb = "-----END PRIVATE KEY-----"\n', id="armour-only"
        ),
    ],
)
def test_ordinary_code_is_left_alone(text: str) -> None:
    assert redact(text) == (text, {})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            f"-----BEGIN RSA PRIVATE KEY-----\n{BODY * 9}abc=\n-----END RSA PRIVATE KEY-----",
            id="whole",
        ),
        pytest.param(
            "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,AB\n\n"
            + BODY * 3,
            id="headers-and-no-end",
        ),
        pytest.param(f"{BODY * 3}abc=\n-----END OPENSSH PRIVATE KEY-----", id="no-beginning"),
        pytest.param(
            f'"-----BEGIN PRIVATE KEY-----\\n"\n    "{BODY.strip()}\\n"\n    "{BODY.strip()}\\n"\n'
            '    "-----END PRIVATE KEY-----"',
            id="in-a-source-file",
        ),
    ],
)
def test_private_keys_go_whole_even_when_cut(text: str) -> None:
    redacted = redact(f"before()\n{text}\nafter()\n")
    assert BODY.strip() not in redacted.text
    assert redacted.counts == {"private-key": 1}
    assert redacted.text.startswith("before()")
    assert redacted.text.endswith("after()\n")


def test_a_secret_around_the_cursor_goes_from_both_sides() -> None:
    for middle in range(1, 36):
        before, after = redact_around(f"x = 'ghp_{TOKEN[:middle]}", f"{TOKEN[middle:36]}'\ny = 1\n")
        assert before.text == "x = '«redacted:github-token»"
        assert after.text == "'\ny = 1\n"


def test_a_private_key_around_the_cursor_goes_from_both_sides() -> None:
    key = f"-----BEGIN PRIVATE KEY-----\n{BODY * 4}-----END PRIVATE KEY-----"
    before, after = redact_around(key[:150], key[150:] + "\nrest")
    assert before.text == "«redacted:private-key»"
    assert after.text == "\nrest"


def test_several_secrets_are_counted_by_kind() -> None:
    text = f"ghp_{TOKEN[:36]} ghp_{TOKEN[4:]} password='hunter2'"
    assert redact(text).counts == {"github-token": 2, "password": 1}


SECRETS = st.one_of([st.from_regex(shape.pattern) for shape in SHAPES])


@given(st.lists(st.one_of(SECRETS, st.text(max_size=20)), max_size=4).map("".join))
def test_nothing_with_the_shape_of_a_secret_is_left(text: str) -> None:
    assert find_secrets(redact(text).text) == []


@given(st.text(max_size=30), SECRETS, st.text(max_size=30), st.integers(0, 200))
def test_both_sides_of_a_cursor_are_clean(head: str, secret: str, tail: str, cut: int) -> None:
    text = head + secret + tail
    before, after = redact_around(text[:cut], text[cut:])
    assert find_secrets(before.text) == []
    assert find_secrets(after.text) == []


@given(st.text(alphabet="abc \n=_:'\"", max_size=200))
def test_text_without_secrets_comes_back_unchanged(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize("n_lines", [0, 1, 40, 800])
@pytest.mark.parametrize("ending", ["", "\n", "\nlast = 1"])
def test_a_secret_is_found_wherever_a_text_is_looked_at_in_parts(n_lines: int, ending: str) -> None:
    before, secret = "a = compute(total)  # again\n" * n_lines, f"ghp_{TOKEN[:36]}"

    (found,) = find_secrets(f"{before}key = '{secret}'{ending}")

    assert (found.start, found.end) == (len(before) + 7, len(before) + 7 + len(secret))


def test_only_short_texts_are_kept_in_memory() -> None:
    before = _kept_secrets.cache_info().currsize
    find_secrets(f"long = {before}" + "x" * _LONGEST_KEPT)
    assert _kept_secrets.cache_info().currsize == before
