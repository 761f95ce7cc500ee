// SPDX-License-Identifier: Apache-2.0

/// What is fuzzed.
enum FuzzTarget: String, CaseIterable {
    /// What clients send, up to the parameters.
    case envelope
    /// The parameters of every method.
    case request
    /// What the daemon sends, as a client reads it.
    case answer
    /// Configuration files.
    case configuration
    /// The two files of the state.
    case state
    /// What the authority answers.
    case authority
    /// What an OpenID provider answers, and where it sends browsers.
    case provider
    /// What a browser writes to its host.
    case browser

    func run(_ input: [UInt8]) {
        switch self {
        case .envelope: EnvelopeTarget.run(input)
        case .request: RequestTarget.run(input)
        case .answer: AnswerTarget.run(input)
        case .configuration: ConfigurationTarget.run(input)
        case .state: StateTarget.run(input)
        case .authority: AuthorityTarget.run(input)
        case .provider: ProviderTarget.run(input)
        case .browser: BrowserTarget.run(input)
        }
    }
}
