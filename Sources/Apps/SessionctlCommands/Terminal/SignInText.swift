// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionProtocol

/// What a person needs to sign in, on a terminal.
struct SignInText {
    let request: SignInRequest
    /// What it is shown on.
    var surface = CodeSurface.standardOutput

    /// The text, without the last LF.
    var text: String {
        if let url = request.authorizationURL {
            return """
                Sign in here:

                  \(url.reveal())

                and paste the address that the browser is sent to.
                """
        }
        let time = spanText(seconds: request.expiresInSeconds)
        guard let uri = request.verificationURI, let code = request.userCode else {
            // Only the app that shows the page has its address.
            if request.method == SignInMethod.browser.rawValue {
                return "A customer signs in in a browser, which has \(time) left."
            }
            return "The customer has agreed; they are being signed in."
        }
        let address = request.verificationURIComplete ?? uri
        let picture = QRCode(address.reveal()).flatMap { surface.draw($0) }
        return """
            \(picture.map { $0 + "\n" } ?? "")
            Go to  \(uri.reveal())
            enter  \(code.reveal())

            The code is good for \(time).
            """
    }
}

/// What a QR code is drawn on.
struct CodeSurface: Equatable {
    /// Whether colours can be set; else light is what is written, as on a dark screen.
    var hasColour: Bool
    /// Whether it has half blocks, which are in Unicode.
    var hasHalfBlocks: Bool
    /// How wide it is.
    var columns: Int

    /// As standard output is.
    static var standardOutput: CodeSurface {
        let isTerminal = isatty(STDOUT_FILENO) != 0
        var size = winsize()
        let isKnown = isTerminal && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return CodeSurface(
            hasColour: isTerminal && environment("TERM") != "dumb", hasHalfBlocks: isUTF8,
            columns: isKnown ? Int(size.ws_col) : 80)
    }

    // What the locale would say, without reading one: the first that is set counts, locale(7).
    private static var isUTF8: Bool {
        let name: String = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
        let folded = name.lowercased()
        return folded.contains("utf-8") || folded.contains("utf8")
    }

    private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    // The colours are of the palette's fixed part: what a user has made of the first sixteen nobody knows.

    /// Draws a code with its margin (ISO/IEC 18004 §9.1), without the last LF; `nil`: it has no room.
    func draw(_ code: QRCode) -> String? {
        hasHalfBlocks ? drawHalfBlocks(code) : drawBlanks(code)
    }

    private func drawHalfBlocks(_ code: QRCode) -> String? {
        let margin = 4
        let range = -margin..<(code.width + margin)
        guard range.count <= columns else { return nil }
        let (begin, end) = hasColour ? ("\u{1B}[38;5;16;48;5;231m", "\u{1B}[0m") : ("", "")
        return stride(from: range.lowerBound, to: range.upperBound, by: 2).map { y in
            let cells = range.map { x in
                // With colours dark is what is written; without them it is what is left out.
                switch (code.isDark(x, y) == hasColour, code.isDark(x, y + 1) == hasColour) {
                case (true, true): "\u{2588}"
                case (true, false): "\u{2580}"
                case (false, true): "\u{2584}"
                case (false, false): " "
                }
            }
            return begin + cells.joined() + end
        }.joined(separator: "\n")
    }

    private func drawBlanks(_ code: QRCode) -> String? {
        // Half the margin: with two columns for each module the whole one has no room at 80 columns.
        let margin = 2
        let range = -margin..<(code.width + margin)
        guard hasColour, range.count * 2 <= columns else { return nil }
        return range.map { y in
            let cells = range.map { x in code.isDark(x, y) ? "\u{1B}[48;5;16m  " : "\u{1B}[48;5;231m  " }
            return cells.joined() + "\u{1B}[0m"
        }.joined(separator: "\n")
    }
}
