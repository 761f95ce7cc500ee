// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
import SessionProtocol

/// Where a secret is read from; never from the command line, which every process of the machine can read.
struct SecretInput {
    /// What it is called: `password`.
    let name: String
    /// The file that holds it, `-` being standard input; `nil`: the terminal, or standard input where that is none.
    let file: String?

    // More than any secret has, so that a wrong file is noticed and not read whole.
    private static let maximumBytes = WireLimits.requestLineBytes

    /// Reads it, without the line's end behind it.
    ///
    /// - Throws: ``CommandFailure``: it cannot be read, is empty, too long, or not UTF-8.
    func read() throws(CommandFailure) -> Secret {
        guard let file else {
            if isatty(STDIN_FILENO) == 0 { return try secret(from: STDIN_FILENO, "standard input") }
            return Secret(try checked(try Terminal().ask("\(name.capitalizedFirst): ", echo: false)))
        }
        if file == "-" { return try secret(from: STDIN_FILENO, "standard input") }
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(file) }
        defer { close(descriptor) }
        return try secret(from: descriptor, file)
    }

    private func secret(from descriptor: Int32, _ source: String) throws(CommandFailure) -> Secret {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while bytes.count <= SecretInput.maximumBytes {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(source) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        guard bytes.count <= SecretInput.maximumBytes else {
            throw failure("the \(name) in \(source) is longer than \(SecretInput.maximumBytes) bytes")
        }
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw failure("the \(name) in \(source) is not UTF-8")
        }
        return Secret(try checked(text))
    }

    private func checked(_ text: String) throws(CommandFailure) -> String {
        guard !text.isEmpty else {
            throw CommandFailure(
                .usage, name: "noSecret", "the \(name) is empty",
                hint: "give it on standard input, in a file with --\(name)-file, or at the prompt"
            )
        }
        return text
    }

    private func unreadable(_ source: String) -> CommandFailure {
        .system(.noInput, name: "noInput", "the \(name) cannot be read from \(source)")
    }

    private func failure(_ message: String) -> CommandFailure {
        CommandFailure(.dataError, name: "invalidSecret", message)
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
