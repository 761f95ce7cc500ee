# SPDX-License-Identifier: Apache-2.0
"""RFC 8259 to the letter, over the socket: each text by itself, and as a value within a request.

What is no JSON is answered -32700 with id null, and the next request of the same connection is answered.
"""

import json
import unicodedata
import unittest

from harness import DaemonTestCase, outcome


def utf8(*texts):
    return [text.encode() for text in texts]


def nested(depth, opening=b"[", core=b"", closing=b"]"):
    return opening * depth + core + closing * depth


def an_object(members):
    return b"{" + b",".join(b'"m%d":0' % number for number in range(members)) + b"}"


VALID = {
    "literals": [b"null", b"true", b"false"],
    "numbers": [
        b"0", b"-0", b"1", b"-1", b"10", b"1234567890", b"-98765432109876543210987654321", b"0.0", b"-0.5", b"10.01",
        b"0.000", b"1e0", b"1E0", b"1e+0", b"1E-0", b"1e01", b"0e1", b"-0e-1", b"12.34e+56", b"1e999", b"-1E-999",
        b"9223372036854775807", b"9223372036854775808", b"-9223372036854775809",
    ],
    "strings": utf8(
        '""', '"a"', '" "', '"/"', "\"'\"", '"\u007f"', '"\u0080"', '"\u07ff"', '"\u0800"', '"\ud7ff"', '"\ue000"',
        '"\ufeff"', '"\ufffd"', '"\ufffe"', '"\uffff"', '"\U00010000"', '"\U0010ffff"', '"\u2028\u2029"',
        '"e\u0301\u00e9"', '"Żółć 日本 👩\u200d👧"'),
    "escapes": [
        rb'"\""', rb'"\\"', rb'"\/"', rb'"\b\f\n\r\t"', rb'"\u0000"', rb'"\u001F"', rb'"\u0022\u005c"',
        rb'"\u0041\u00e9\u20AC"', rb'"\uD7FF\uE000\uFFFF"', rb'"\ud83d\ude00"', rb'"\uD800\uDC00"', rb'"\uDBFF\uDFFF"',
        rb'"a\\u0041"', rb'"\\\"\\"', rb'"\uFEFF"', rb'"\u2028"',
    ],
    "arrays": [b"[]", b"[ ]", b"[[]]", b"[{}]", b"[1,2,3]", b'[null,true,false,0,"",[],{}]', b"[ 1 ,\t2\r]"],
    "objects": [
        b"{}", b"{\t}", b'{"":0}', b'{"a":{"a":{"a":1}}}', b'[{"a":1},{"a":1}]', b'{"a":1,"A":2}', b'{"a":1,"a ":2}',
        b' { "a" : 1 , "b" : [ ] }\t', rb'{"\u0061":1,"b":2}', *utf8('{"\u00e9":1,"e\u0301":2}', '{"K":1,"\u212a":2}'),
        b'{"x":{"a":1},"a":2,"y":[{"a":3}],"b":4}',
    ],
}

INVALID = {
    "ends": [
        b"[", b"[1", b"[1,", b"{", b'{"a"', b'{"a":', b'{"a":1', b'{"a":1,', b"tru", b"nul", b'"', b'"abc', b'"\\',
        b'"\\"', b'"\\u00', b'"\\ud83d', b'"\\ud83d\\ude0', b"-", b"1.", b"1e",
    ],
    "values": [
        b"nul1", b"True", b"NULL", b"NaN", b"Infinity", b"-Infinity", b"undefined", b"'a'", b"// a", b"/**/1",
        b"1 // a", b"#1", b"}", b"]", b",", b":", b"1 2", b"{}{}", b"[]]", b"nullnull", b"truex", b'"a""b"', b"a",
        b"`a`",
    ],
    "white space": [
        b"\x0b1", b"\x0c1", b"1\x0c", b"\xc2\xa01", b"[1,\xe2\x80\xa82]", b"\xe3\x80\x801", b"\x1f1", b"\x851",
    ],
    "numbers": [
        b"--1", b"-a", b"- 1", b"01", b"-01", b"00", b"1.e1", b"-.5", b".5", b"+1", b"1e+", b"1E-", b"1e+-1", b"1.2.3",
        b"1e5.5", b"1e5e5", b"0x10", b"1_000", b"1a", b"1,000", b"[1,02]", b"1d", b"0b1", "١".encode(), "１".encode(),
    ],
    "control characters": [b'"a' + bytes([code]) + b'"' for code in range(0x20) if code != 0x0A],
    "NUL": [b"\0", b"1\0", b"\x001", b"[\0]", b'"\0"', b'{"a\0":1}'],
    "UTF-8": [b'"a' + sequence + b'"' for sequence in (
        # Continuations without a beginning, and beginnings without their continuations.
        b"\x80", b"\xbf", b"\xc2", b"\xc2\xc2", b"\xe0\xa0", b"\xe1\x80\x7f", b"\xe2\x28\xa1", b"\xef\xbf",
        b"\xf0\x90\x80", b"\xf0\x9f\x98",
        # Overlong forms.
        b"\xc0\x80", b"\xc0\xaf", b"\xc1\xbf", b"\xe0\x80\x80", b"\xe0\x9f\xbf", b"\xf0\x80\x80\x80",
        b"\xf0\x8f\xbf\xbf",
        # Surrogates, alone and in pairs (CESU-8).
        b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xed\xa0\xbd\xed\xb8\x80",
        # Beyond U+10FFFF, and bytes that never occur.
        b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xfe", b"\xff",
    )] + [b"\xff\xfe1\0", b"[\xe9]", "é".encode()],
    "byte order mark": [b"\xef\xbb\xbf1", b"\xef\xbb\xbf{}", b"1\xef\xbb\xbf", b"[\xef\xbb\xbf1]"],
    "escapes": [
        rb'"\a"', rb'"\'"', rb'"\x41"', rb'"\0"', rb'"\N"', rb'"\ "', rb'"\U0041"', rb'"\u"', rb'"\u12"', rb'"\u123"',
        rb'"\u12G4"', rb'"\u{41}"', rb'"\u+041"', rb'"\u 041"', b'"\\\xc3\xa9"', b"\\u0022a\\u0022",
    ],
    "lone surrogates": [
        rb'"\ud800"', rb'"\uDBFF"', rb'"\udc00"', rb'"ab\uDFFF"', rb'"\ud800a"', rb'"\ud800\n"', rb'"\ud800\ud800"',
        rb'"\ud800\u0041"', rb'"\udc00\ud800"', rb'"\ud800\u00"', rb'"\ud83d\ude0z"', rb'{"\ud800":1}',
    ],
    "containers": [
        b"[,]", b"[1,]", b"[,1]", b"[1,,2]", b"[1 2]", b"[1;2]", b"[1:2]", b"[1}", b"[}", b"{]", b"{,}", b'{"a":1,}',
        b'{"a"}', b'{"a":}', b'{"a",1}', b'{"a":1 "b":2}', b"{a:1}", b"{1:1}", b"{'a':1}", b"{null:1}", b'{"a":1]',
        b'{"a"::1}', b'{"a":1,,"b":2}', b"[[],[]", b"[[]1]", b'{"a":{}"b":1}',
    ],
    "duplicate names": [
        b'{"a":1,"a":1}', b'{"":1,"":2}', b'{"a":1,"b":2,"a":3}', rb'{"a":1,"\u0061":2}', rb'{"\u0061":1,"a":2}',
        rb'{"\u006A":1,"\u006a":2}', rb'{"/":1,"\/":2}', rb'{"\n":1,"\u000a":2}',
        '{"😀":1,"\\ud83d\\ude00":2}'.encode(), b'[{"a":1,"a":1}]',
        b'{"a":{"b":[{"c":1,"c":2}]}}', b'{"a":{"a":1,"b":[{"a":1}]},"a":2}',
    ],
}

# How deep and how large, each counted for the whole line.
ACCEPTED_LIMITS = [nested(32), nested(32, b'{"a":', b"1", b"}"), an_object(256), b"[" + an_object(256) + b"]"]
REFUSED_LIMITS = [
    nested(33), nested(33, b'{"a":', b"1", b"}"), nested(10_000), nested(65_000, closing=b""), an_object(257),
    b"[" + an_object(257) + b"]", b"[" + nested(31) + b"," + nested(32) + b"]",
]

SET_IDENTIFIER = b'{"jsonrpc":"2.0","id":1,"method":"session.setIdentity","params":{"customIdentifier":'


def within_request(text):
    return b'{"jsonrpc":"2.0","id":1,"method":"session.getUUID","params":{"_hint":' + text + b"}}\n"


class JSONTexts(DaemonTestCase):
    """All over one connection, which outlives everything that is wrong."""

    def ask(self, line, shown):
        """The answer to a line; behind it the connection still answers."""
        self.client.send_raw(line)
        answer = self.client.read()
        with self.subTest("the connection lives", text=shown):
            self.assert_alive()
        return answer

    def assert_no_json(self, line, text):
        with self.subTest(text=text[:80]):
            error = self.assert_error(self.ask(line, text[:80]), -32700, "parseError")
            self.assertNotIn("getUUID", json.dumps(error))

    def assert_no_request(self, text):
        """It was read: as no request, or as a batch of none."""
        with self.subTest(text=text[:80]):
            answer = self.ask(text + b"\n", text[:80])
            for response in answer if isinstance(answer, list) else [answer]:
                self.assert_error(response, -32600, "invalidRequest")

    def test_invalid_by_itself(self):
        for texts in INVALID.values():
            for text in texts:
                self.assert_no_json(text + b"\n", text)

    def test_invalid_within_a_request(self):
        for kind, texts in INVALID.items():
            # These are completed by what comes behind them.
            for text in texts if kind != "ends" else ():
                self.assert_no_json(within_request(text), text)

    def test_invalid_within_a_batch(self):
        for texts in INVALID.values():
            self.assert_no_json(b"[" + within_request(b"1")[:-1] + b"," + texts[-1] + b"]\n", texts[-1])

    def test_valid_by_itself(self):
        for texts in VALID.values():
            for text in texts:
                self.assert_no_request(text)

    def test_valid_within_a_request(self):
        for texts in VALID.values():
            for text in texts:
                with self.subTest(text=text):
                    self.assertEqual(set(outcome(self.ask(within_request(text), text))), {"uuid"})

    def test_limits(self):
        for text in ACCEPTED_LIMITS:
            self.assert_no_request(text)
        for text in REFUSED_LIMITS:
            self.assert_no_json(text + b"\n", text)

    def test_duplicate_members_of_the_request_itself(self):
        for line in (
            b'{"jsonrpc":"2.0","id":1,"id":1,"method":"session.getUUID"}',
            b'{"jsonrpc":"2.0","id":1,"method":"session.getUUID","method":"session.getUUID"}',
            rb'{"jsonrpc":"2.0","id":1,"method":"session.getUUID","\u0069d":2}',
            b'{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"method":"session.getUUID"}',
            b'{"jsonrpc":"2.0","id":1,"method":"session.getUUID","params":{},"params":{}}',
        ):
            self.assert_no_json(line + b"\n", line)

    def test_strings_are_what_they_say(self):
        for text in [*VALID["strings"], *VALID["escapes"]]:
            value = json.loads(text)
            # A label has no control characters, and is not blank.
            if value.strip() and not any(unicodedata.category(character) == "Cc" for character in value):
                with self.subTest(text=text):
                    line = SET_IDENTIFIER + text + b"}}\n"
                    self.assertEqual(outcome(self.ask(line, text))["customIdentifier"], value)

    def test_names_and_words_may_be_escaped(self):
        line = rb'{"\u006asonrpc":"2\u002e0","\u0069\u0064":1,"meth\u006fd":"session\u002EgetUUID","params":{}}'
        self.assertEqual(set(outcome(self.ask(line + b"\n", line))), {"uuid"})

    def test_white_space_around_everything(self):
        line = b' \t\r{ \t"jsonrpc" :\r"2.0" ,"id" : 1 , "method"\t: "session.getUUID" , "params" : { } } \r\t\r\n'
        self.assertEqual(set(outcome(self.ask(line, line))), {"uuid"})


if __name__ == "__main__":
    unittest.main()
