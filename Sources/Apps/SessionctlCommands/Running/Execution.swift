// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionProtocol
import SessiondLinux
import SessiondPrimitives

/// Another program in place of this one, which finds a token where its environment says.
struct Execution {
    private static let token = "SESSIOND_TOKEN"
    private static let descriptor = "SESSIOND_TOKEN_FD"

    private let answer: TokenAnswer
    private let inEnvironment: Bool

    /// An execution with that token; `inEnvironment`: as a variable, in place of a descriptor.
    init(_ answer: TokenAnswer, inEnvironment: Bool) {
        (self.answer, self.inEnvironment) = (answer, inEnvironment)
    }

    /// Executes the last arguments of this process, byte for byte as they were given; returns only to throw.
    ///
    /// - Throws: ``CommandFailure``.
    func begin(argumentCount: Int) throws(CommandFailure) {
        let token = Array(answer.token.reveal().utf8)
        // The program's, with its standard streams, is not this one's: SIGPIPE was ignored here.
        signal(SIGPIPE, SIG_DFL)
        // What an execution around this one has left there is not this token's.
        for name in [Self.token, Self.descriptor] { unsetenv(name) }
        setenv("SESSIOND_UUID", answer.facts.uuid.description, 1)
        setenv("SESSIOND_EXPIRES_AT", answer.facts.expiresAt.description, 1)
        if inEnvironment {
            setenv(Self.token, String(decoding: token, as: UTF8.self), 1)
        } else {
            setenv(Self.descriptor, String(try inheritable(token)), 1)
        }
        let arguments = ProgramArguments.last(argumentCount)
        guard let command = arguments[0] else { return }
        execvp(command, arguments)
        throw failure(String(cString: command))
    }

    // The lowest number that is free, which every shell can name; the one thing that the program inherits from here.
    private func inheritable(_ token: [UInt8]) throws(CommandFailure) -> CInt {
        do throws(SealedMemoryError) {
            return try SealedMemory(token, name: "sessiond-token").inheritable()
        } catch {
            errno = error.errorNumber
            throw .system(.internalError, name: "noMemory", "cannot make a file in memory for the token")
        }
    }

    private func failure(_ command: String) -> CommandFailure {
        let message = "cannot execute \(command)"
        return errno == ENOENT
            ? .system(.commandNotFound, name: "commandNotFound", message)
            : .system(.notExecutable, name: "notExecutable", message)
    }
}
