// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct SignInCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-in", abstract: "Sign a customer in: with a password, or at the authority itself.",
        discussion: """
            The password comes from --password-file, else a prompt, or a standard input that is no terminal. With \
            --device or --browser, where the authority is an OpenID provider, the customer signs in there: what they need \
            is shown, and the end waited for; interrupted, the sign-in is cancelled, unless --detach was given. --show \
            and --cancel are about the one that is pending, whoever has begun it. Exit status 1: denied, or failed; 3: \
            none is pending to be shown; 75: nobody came in time.
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var account: AccountArguments
    @OptionGroup var authentication: AuthenticationArguments
    @OptionGroup var change: ChangeOptions

    @Option(
        help: ArgumentHelp("Read the password from this file; '-': standard input.", valueName: "path"),
        completion: .file())
    var passwordFile: String?

    @Flag(help: "Show a code that the customer enters, or scans, with a device of their own.")
    var device = false

    @Flag(help: "Show an address for a browser, and read the one that it is sent back to from standard input.")
    var browser = false

    @Option(
        name: .customLong("redirect-uri"),
        help: ArgumentHelp("Where the browser is sent back to; else the first that is configured.", valueName: "uri"))
    var redirectURI: String?

    @Flag(help: "Begin anew where another sign-in is pending.")
    var replace = false

    @Flag(help: "Show the code and leave: the sign-in goes on by itself.")
    var detach = false

    @Flag(help: "Show the code of the sign-in that is pending, and begin none.")
    var show = false

    @Flag(help: "Give the sign-in that is pending up.")
    var cancel = false

    private var method: SignInMethod? { device ? .device : browser ? .browser : nil }

    func validate() throws {
        guard [device, browser, show, cancel].count(where: { $0 }) < 2 else {
            throw ValidationError("Only one of '--device', '--browser', '--show' and '--cancel' can be given.")
        }
        guard method != nil || show || cancel else {
            if replace || detach || redirectURI != nil {
                throw ValidationError("'--replace', '--detach' and '--redirect-uri' go with '--device' or '--browser'.")
            }
            // Which ways there are is for the daemon's authority: see run().
            if !account.isEmpty { _ = try account.required() }
            return
        }
        guard account.isEmpty, passwordFile == nil, authentication.isEmpty else {
            throw ValidationError("With '--device' or '--browser' the customer says who they are at the authority.")
        }
        if show || cancel, replace || detach || redirectURI != nil {
            throw ValidationError("'--replace', '--detach' and '--redirect-uri' go with '--device' or '--browser'.")
        }
        if show, change.ifGeneration != nil { throw ValidationError("'--show' changes nothing.") }
        if browser, detach { throw ValidationError("'--detach' goes with '--device'.") }
        if device, redirectURI != nil { throw ValidationError("'--redirect-uri' goes with '--browser'.") }
    }

    func run() throws {
        if show { return try options.settings.call({ GetPendingSignIn() }, Self.shown) }
        if cancel {
            return try options.settings.call({ CancelSignIn(ifGeneration: change.ifGeneration) }) {
                CommandAnswer($0.cancelled ? "The sign-in was cancelled." : "Nobody was signing in.")
            }
        }
        guard let method else {
            guard !account.isEmpty else { throw SignInWays(options.settings).failure }
            return try call()
        }
        let request = BeginSignIn(
            method, redirectURI: redirectURI, replace: replace, ifGeneration: change.ifGeneration)
        try AuthoritySignIn(options.settings, request, isDetached: detach).run()
    }

    private static func shown(_ answer: PendingSignInAnswer) -> CommandAnswer {
        guard let request = answer.request else { return CommandAnswer("Nobody is signing in.", status: .no) }
        return CommandAnswer(SignInText(request: request).text)
    }

    func request() throws -> SignIn {
        SignIn(
            account: try account.required(),
            password: try SecretInput(name: "password", file: passwordFile).read(),
            options: authentication.options, ifGeneration: change.ifGeneration
        )
    }

    func answer(_ answer: AuthenticationAnswer) -> CommandAnswer { CommandAnswer(answer) }
}
