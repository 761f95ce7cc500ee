// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionMachine
@testable import TestSupport

extension AuthorityTraits {
    /// Those of a provider where people sign in themselves, and which gives grants.
    static func provider(redirectURIs: [String] = [MachineBench.redirectURI]) -> AuthorityTraits {
        var traits = AuthorityTraits(
            binding: Binding(kind: "provider", origin: "https://p.example kiosk"), signOuts: .areTold,
            keyIsReplaceable: false, deletesAccounts: false)
        traits.signInRequests = AuthorityTraits.SignInRequests(redirectURIs: redirectURIs)
        (traits.hasAnonymousTokens, traits.identifiesTokens) = (false, true)
        return traits
    }
}

extension AuthenticateWithToken {
    /// A token that an app has obtained elsewhere.
    static let standard = AuthenticateWithToken(
        token: Secret("t"), expiresAt: Timestamp(secondsSince1970: 1_800_000_000), origin: .oauth,
        uuid: CustomerUUID(bytes: [9], version: 4))
}

extension MachineBench {
    static let redirectURI = "com.example.till:/signed-in"
    static let interval = Duration.seconds(5)
    static let codeLife = Duration.seconds(600)

    /// A device with a provider, and nobody signed in.
    static func withProvider(
        kiosk: KioskPolicy = KioskPolicy(), redirectURIs: [String] = [redirectURI]
    ) -> MachineBench {
        MachineBench(
            traits: .provider(redirectURIs: redirectURIs),
            policy: SessionPolicy(identifierSalt: "salt", kiosk: kiosk))
    }

    static let deviceCode = DeviceCode(
        deviceCode: Secret("device"), userCode: Secret("WDJB-MJHT"),
        verificationURI: Secret("https://p.example/device"),
        verifier: Secret("verifier"))

    static let browserRequest = BrowserRequest(
        authorizationURL: Secret("https://p.example/authorize?state=the-state"), redirectURI: redirectURI,
        state: Secret("the-state"), nonce: Secret("nonce"), verifier: Secret("verifier"), issuer: "https://p.example",
        announcesIssuer: false)

    static let deviceOffer = SignInOffer(.device, .device(deviceCode), lifetime: codeLife, interval: interval)
    static let browserOffer = SignInOffer(.browser, .browser(browserRequest), lifetime: codeLife)

    /// The sign-ins that the authority was asked to begin.
    var begun: [UInt64] { effects.compactMap { if case .beginSignIn(let id, _) = $0 { id } else { nil } } }

    /// The questions of a pending sign-in that were asked last.
    var steps: [SignInStep] { effects.compactMap { if case .startSignInStep(let step) = $0 { step } else { nil } } }

    /// How the authority was asked about itself last; `nil`: it was not.
    var prepared: UInt64? {
        effects.compactMap { if case .prepareAuthority(let id) = $0 { id } else { nil } }.last
    }

    /// A sign-in with a code that the person has.
    @discardableResult
    mutating func beginDevice(_ request: BeginSignIn = BeginSignIn(), by initiator: Initiator = .app) -> CallID {
        let id = call(.beginSignIn(request, by: initiator))
        endBeginning(.success(MachineBench.deviceOffer))
        return id
    }

    /// A sign-in whose page an app shows.
    @discardableResult
    mutating func beginBrowser() -> CallID {
        let id = call(.beginSignIn(BeginSignIn(.browser)))
        endBeginning(.success(MachineBench.browserOffer))
        return id
    }

    /// The authority has begun it, or has not.
    mutating func endBeginning(_ result: Result<SignInOffer, AuthorityFailure>) {
        handle(.signInBegun(machine.signIns.beginning?.id ?? 0, result))
    }

    /// Waits until the next question is due; that question.
    mutating func nextStep() -> SignInStep? {
        if let due = machine.nextSignInInstant { pass(max(due - now.boottime, .zero)) }
        return machine.signIns.step
    }

    /// The question that is under way is answered.
    mutating func endStep(_ result: SignInStepResult) {
        guard let step = machine.signIns.step else { return }
        handle(.signInStepEnded(step, result))
    }

    mutating func endStep(_ progress: SignInReply.Progress) { endStep(.reply(SignInReply(progress))) }

    /// A new grant.
    mutating func granted(
        _ lifetime: Duration = .seconds(300), grantLifetime: Duration? = nil
    ) -> IssuedToken {
        var issued = token(.oauth, lifetime: lifetime)
        let end = grantLifetime.map { Timestamp(secondsSince1970: now.wall.secondsSince1970 + $0.components.seconds) }
        issued.renewal = .byGrant(Grant(refreshToken: Secret("refresh-\(issued.secret.reveal())"), endsAt: end))
        return issued
    }

    /// The authority gives a new grant.
    mutating func grant() {
        let issued = granted()
        endStep(.granted(issued))
    }

    /// Somebody has signed in with a code.
    mutating func signInAtProvider(
        _ subject: String = "anna", lifetime: Duration = .seconds(300), grantLifetime: Duration? = nil
    ) {
        beginDevice()
        _ = nextStep()
        let issued = granted(lifetime, grantLifetime: grantLifetime)
        endStep(.granted(issued))
        endStep(.identity(CustomerIdentity(subject: subject, login: "\(subject)@example.com")))
    }
}
