// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator

/// The pages that a person sees, without any script.
enum Page {
    /// Asks whether a device may come in.
    static func device(_ code: String, _ accounts: [String]) -> Answer {
        page(
            "Let a device in",
            """
            <form method="post" action="device">
            <label>Code on the screen of the device
            <input name="user_code" value="\(escaped(code))" required autocomplete="off" autocapitalize="characters"></label>
            \(decision(accounts))
            </form>
            """)
    }

    /// Asks whether an app may know who somebody is.
    static func authorization(_ form: Form, _ accounts: [String]) -> Answer {
        let hidden = form.sorted.map {
            #"<input type="hidden" name="\#(escaped($0.name))" value="\#(escaped($0.value))">"#
        }
        return page(
            "Sign in",
            """
            <p>The app <b>\(escaped(form["client_id"] ?? ""))</b> asks who you are.</p>
            <form method="post" action="authorize">
            \(hidden.joined(separator: "\n"))
            \(decision(accounts))
            </form>
            """)
    }

    static func done(_ text: String) -> Answer {
        page(text, "<p>You can close this page and go on at the device.</p>")
    }

    static func failure(_ text: String) -> Answer {
        var answer = page("That did not work", "<p>\(escaped(text)).</p>")
        answer.status = 400
        return answer
    }

    private static func decision(_ accounts: [String]) -> String {
        """
        <label>Who you are
        <select name="account">
        \(accounts.map { "<option>\(escaped($0))</option>" }.joined(separator: "\n"))
        </select></label>
        <p class="decision"><button name="decision" value="approve">Approve</button>
        <button name="decision" value="deny" class="deny">Deny</button></p>
        """
    }

    private static func page(_ title: String, _ content: String) -> Answer {
        .html(
            """
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <style>
            body { font: 18px/1.5 system-ui, sans-serif; background: #eef1f5; color: #1c2530; margin: 0; }
            main { max-width: 22em; margin: 12vh auto; padding: 2em; background: #fff; border-radius: 12px;
              box-shadow: 0 2px 12px rgba(28, 37, 48, .12); }
            h1 { font-size: 1.4em; margin: 0 0 1em; }
            label { display: block; margin-bottom: 1em; color: #55606d; font-size: .85em; }
            input, select { display: block; box-sizing: border-box; width: 100%; margin-top: .3em; padding: .5em;
              font: inherit; font-size: 1.2em; color: #1c2530; border: 1px solid #b9c2cc; border-radius: 6px; background: #fff; }
            input[name=user_code] { letter-spacing: .15em; }
            .decision { display: flex; gap: .8em; margin: 1.5em 0 0; }
            button { flex: 1; padding: .7em; font: inherit; border: 1px solid #1f6f4a; border-radius: 6px; background: #1f6f4a;
              color: #fff; cursor: pointer; }
            .deny { background: #fff; color: #8a2b2b; border-color: #8a2b2b; }
            </style>
            <main>
            <h1>\(title)</h1>
            \(content)
            </main>
            </html>

            """)
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

extension OpenIDProvider {
    /// The page for devices, RFC 8628 §3.3, and what the person answers there.
    mutating func verification(_ form: Form) -> Answer {
        guard let decision = form["decision"] else {
            return Page.device(form["user_code"] ?? "", accounts.map(\.login))
        }
        guard let code = form["user_code"] else { return Page.failure("there is no code") }
        let approves = decision == "approve"
        do throws(OptionError) {
            try decide(userCode: code, login: approves ? form["account"] ?? "" : nil)
        } catch {
            return Page.failure(error.description)
        }
        return Page.done(approves ? "The device is signed in" : "The device was not let in")
    }
}
