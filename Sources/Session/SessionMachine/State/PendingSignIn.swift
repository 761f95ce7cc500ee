// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol
import SessiondPrimitives

/// A sign-in at the authority that waits for the person. It belongs to the device: it outlives the app that began it, and
/// the process.
package struct PendingSignIn: Sendable, Equatable {
    /// How far it has come.
    package enum Stage: Sendable, Equatable {
        /// The person has a code; the authority is asked what became of it.
        case device(DeviceCode)
        /// An app shows the authority's page.
        case browser(BrowserRequest)
        /// The authority has given tokens; who they are for is asked.
        case granted(IssuedToken)
    }

    /// Names it.
    package var attempt: String
    /// Who has begun it.
    package var initiator: Initiator
    /// How the person signs in.
    package var method: SignInMethod
    /// How far it has come.
    package var stage: Stage
    /// Where it is given up, on this boot's CLOCK_BOOTTIME.
    package var expiresAt: Duration
    /// How long the authority wants to be left alone between two questions.
    package var interval: Duration
    /// When somebody last used the device.
    package var activeAt: Duration
    /// When the tokens were asked for; what their lives are counted from.
    package var askedAt: Duration

    package init(attempt: String, by initiator: Initiator, offer: SignInOffer, at now: Duration) {
        (self.attempt, self.initiator, method, stage) = (attempt, initiator, offer.method, offer.stage)
        (expiresAt, interval) = (now + offer.lifetime, offer.interval)
        (activeAt, askedAt) = (now, now)
    }

    /// When it is gone on with by itself first, in this process: a code after one interval, and before it ends all the
    /// same, since somebody may have agreed.
    func firstStep(after now: Duration) -> Duration {
        guard case .device = stage else { return now }
        return now + max(min(interval, max(lastPoll - now, (expiresAt - now) / 2)), .zero)
    }

    /// When its code can be asked about for the last time: the answer has to come before it ends.
    var lastPoll: Duration { expiresAt - .seconds(5) }

    /// Where the browser is sent back to; `nil`: no browser is.
    package var redirectURI: String? {
        if case .browser(let request) = stage { request.redirectURI } else { nil }
    }
}

/// A code that a person signs in with on a device of their own (RFC 8628 §3.2).
package struct DeviceCode: Sendable, Equatable {
    /// What the authority is asked with.
    package var deviceCode: Secret
    /// What the person enters.
    package var userCode: Secret
    /// Where.
    package var verificationURI: Secret
    /// The address with the code in it; `nil`: the authority gave none.
    package var verificationURIComplete: Secret?
    /// What shows that the code is redeemed by whoever asked for it (RFC 7636).
    package var verifier: Secret

    package init(
        deviceCode: Secret, userCode: Secret, verificationURI: Secret, verificationURIComplete: Secret? = nil,
        verifier: Secret
    ) {
        self.verifier = verifier
        (self.deviceCode, self.userCode) = (deviceCode, userCode)
        (self.verificationURI, self.verificationURIComplete) = (verificationURI, verificationURIComplete)
    }
}

/// What a browser was sent to the authority with, and what has to come back (RFC 6749 §4.1, RFC 7636, RFC 9207).
package struct BrowserRequest: Sendable, Equatable {
    /// Where it goes.
    package var authorizationURL: Secret
    /// Where it comes back to.
    package var redirectURI: String
    /// What it brings back.
    package var state: Secret
    /// What the id token names.
    package var nonce: Secret
    /// What shows that the code is redeemed by whoever asked for it.
    package var verifier: Secret
    /// Who answers.
    package var issuer: String
    /// Whether every answer names its issuer.
    package var announcesIssuer: Bool

    package init(
        authorizationURL: Secret, redirectURI: String, state: Secret, nonce: Secret, verifier: Secret, issuer: String,
        announcesIssuer: Bool
    ) {
        (self.authorizationURL, self.redirectURI) = (authorizationURL, redirectURI)
        (self.state, self.nonce, self.verifier) = (state, nonce, verifier)
        (self.issuer, self.announcesIssuer) = (issuer, announcesIssuer)
    }
}

extension PendingSignIn {
    /// It as it is shown at a moment.
    ///
    /// - Parameter isForItsApp: Whether it is shown to who may complete it, and not only look on: whoever has the address
    ///   that a browser is sent to could complete the sign-in with an account of their own.
    package func request(isForItsApp: Bool, at now: Moment) -> SignInRequest {
        var request = SignInRequest(
            attempt: attempt, method: method, expiresAt: now.wallClock(at: expiresAt),
            expiresInSeconds: max(0, (expiresAt - now.boottime).wholeSeconds))
        switch stage {
        case .device(let code):
            (request.userCode, request.verificationURI) = (code.userCode, code.verificationURI)
            request.verificationURIComplete = code.verificationURIComplete
        case .browser(let browser):
            request.authorizationURL = isForItsApp ? browser.authorizationURL : nil
            request.redirectURI = isForItsApp ? browser.redirectURI : nil
        case .granted: break
        }
        return request
    }
}

// MARK: - Stored

extension PendingSignIn {
    func write(to writer: inout JSONWriter, in boot: SessionRecord.Boot) {
        boot.write(to: &writer)
        writer.member("attempt", attempt)
        writer.member("user", initiator.user)
        writer.member("origin", initiator.origin)
        writer.member("method", method.rawValue)
        writer.member("expiresBoottimeMilliseconds", expiresAt.milliseconds)
        writer.member("intervalMilliseconds", interval.milliseconds)
        writer.member("activeBoottimeMilliseconds", activeAt.milliseconds)
        writer.member("askedBoottimeMilliseconds", askedAt.milliseconds)
        switch stage {
        case .device(let code):
            writer.object("device") { object in
                object.member("deviceCode", code.deviceCode.reveal())
                object.member("userCode", code.userCode.reveal())
                object.member("verificationURI", code.verificationURI.reveal())
                object.member("verificationURIComplete", code.verificationURIComplete?.reveal())
                object.member("verifier", code.verifier.reveal())
            }
        case .browser(let request):
            writer.object("browser") { object in
                object.member("authorizationURL", request.authorizationURL.reveal())
                object.member("redirectURI", request.redirectURI)
                object.member("state", request.state.reveal())
                object.member("nonce", request.nonce.reveal())
                object.member("verifier", request.verifier.reveal())
                object.member("issuer", request.issuer)
                object.member("announcesIssuer", request.announcesIssuer)
            }
        case .granted(let issued):
            // The token's own instants are written as those of a slot are.
            writer.object("granted") { object in
                Token(issued, uuid: .none, askedAt: askedAt).write(to: &object, in: boot)
            }
        }
    }

    /// Reads a stored one; `nil` where it is none: whoever signs in begins anew.
    init?(stored json: JSONValue, in boot: SessionRecord.Boot) {
        func instant(_ name: String) -> Duration? {
            guard let instant = json.milliseconds(name), let shift = boot.shift(since: json) else { return nil }
            return instant + shift
        }
        guard let attempt = json["attempt"]?.string,
            let method = json["method"]?.string.flatMap(SignInMethod.init(rawValue:)),
            let expiresAt = instant("expiresBoottimeMilliseconds"),
            let interval = json.milliseconds("intervalMilliseconds"), interval >= .zero,
            let activeAt = instant("activeBoottimeMilliseconds"), let askedAt = instant("askedBoottimeMilliseconds"),
            let stage = Stage(stored: json, in: boot)
        else { return nil }
        // Of an earlier version nobody knows who it was: it counts for root, whom nobody is kept waiting by.
        let user = json["user"]?.integer.flatMap(UInt32.init(exactly:)) ?? 0
        initiator = Initiator(user: user, origin: json["origin"]?.string)
        (self.attempt, self.method, self.stage, self.expiresAt) = (attempt, method, stage, expiresAt)
        (self.interval, self.activeAt, self.askedAt) = (interval, activeAt, askedAt)
    }
}

extension PendingSignIn.Stage {
    fileprivate init?(stored json: JSONValue, in boot: SessionRecord.Boot) {
        if let device = json["device"] {
            guard let deviceCode = device.secret("deviceCode"), let userCode = device.secret("userCode"),
                let uri = device.secret("verificationURI"), let verifier = device.secret("verifier")
            else { return nil }
            self = .device(
                DeviceCode(
                    deviceCode: deviceCode, userCode: userCode, verificationURI: uri,
                    verificationURIComplete: device.secret("verificationURIComplete"), verifier: verifier))
        } else if let browser = json["browser"] {
            guard let url = browser.secret("authorizationURL"), let redirectURI = browser["redirectURI"]?.string,
                let state = browser.secret("state"), let nonce = browser.secret("nonce"),
                let verifier = browser.secret("verifier"), let issuer = browser["issuer"]?.string
            else { return nil }
            self = .browser(
                BrowserRequest(
                    authorizationURL: url, redirectURI: redirectURI, state: state, nonce: nonce, verifier: verifier,
                    issuer: issuer, announcesIssuer: browser["announcesIssuer"]?.bool ?? false))
        } else {
            guard let granted = json["granted"], let token = try? Token(stored: granted, in: boot) else { return nil }
            self = .granted(token.issued)
        }
    }
}

extension JSONValue {
    func secret(_ name: String) -> Secret? { self[name]?.string.map(Secret.init) }
}

extension CustomerUUID {
    /// Nobody's: all zeros (RFC 9562 §5.9).
    fileprivate static let none = CustomerUUID(bytes: Array(repeating: 0, count: 16), version: 0)
}
