// SPDX-License-Identifier: Apache-2.0

/// Answers as a daemon might give them.
public enum Sample {
    /// A UUID.
    public static let uuid = "345d4c8f-5aff-591d-a19c-1ca48923d9ee"
    /// `session.getUUID`.
    public static let uuidAnswer = #"{"uuid":"\#(uuid)"}"#
    /// `session.status` of an anonymous customer.
    public static let status = #"""
        {"state":"anonymous","uuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee","uuidOrigin":"generated","signedIn":false,\#
        "signedInViaSimpleAuthentication":false,"origin":"ANONYMOUS","expiresAt":"2026-11-23T06:02:03Z",\#
        "expiresInSeconds":3599,"tokenState":"valid","generation":7,"authority":{"kind":"local","reachable":true},\#
        "store":{"sealed":false,"state":"ok"}}
        """#
    /// `session.status` of a customer who is signed in, with a member of a later version.
    public static let signedIn = #"""
        {"state":"signedIn","uuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee","uuidOrigin":"derived","signedIn":true,\#
        "signedInViaSimpleAuthentication":false,"origin":"SYNERISE","login":"customer@example.com",\#
        "customEmail":"label@example.com","customIdentifier":"till 4","clientID":"12345",\#
        "expiresAt":"2026-11-23T06:02:03Z","expiresInSeconds":3599,"tokenState":"valid","generation":8,\#
        "authority":{"kind":"local","reachable":true},"store":{"sealed":true,"state":"ok"},"later":[1,2.50]}
        """#
    /// `session.refreshToken`.
    public static let facts = #"""
        {"uuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee","origin":"ANONYMOUS","expiresAt":"2026-11-23T06:02:03Z",\#
        "expiresInSeconds":3599,"stale":false,"generation":7}
        """#
    /// `session.retrieveToken`.
    public static let token = #"""
        {"token":"header.payload.signature","uuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee","origin":"ANONYMOUS",\#
        "expiresAt":"2026-11-23T06:02:03Z","expiresInSeconds":3599,"stale":false,"generation":7}
        """#
    /// `session.regenerateUUID` and `session.destroy`.
    public static let newCustomer = #"{"uuid":"\#(uuid)","generation":8,"durable":true}"#
    /// `session.signOut`.
    public static let signOut = #"""
        {"changed":true,"durable":true,"authority":"notNeeded","uuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee","generation":9}
        """#
    /// `session.beginSignIn`, and, but for `joined`, `session.pendingSignIn`.
    public static let signInRequest = #"""
        {"attempt":"a-1","method":"device","joined":false,"userCode":"WDJB-MJHT",\#
        "verificationURI":"https://login.example.com/device","expiresAt":"2026-11-23T05:12:03Z","expiresInSeconds":599}
        """#
    /// `daemon.info`.
    public static let info = #"""
        {"server":"sessiond/1.0.0","protocol":[1],"features":[],"startedAt":"2026-11-23T05:02:03Z","configuration":\#
        {"files":["/etc/sessiond/sessiond.conf"],"loadedAt":"2026-11-23T05:02:03Z"},"jwk":{"kty":"EC","kid":"k1"}}
        """#
    /// `daemon.hello`.
    public static let hello = #"""
        {"protocol":1,"server":"sessiond/1.0.0","features":[],"capabilities":["identity.read"],"generation":7}
        """#
    /// `daemon.metrics`.
    public static let metrics =
        ##"{"contentType":"application/openmetrics-text; version=1.0.0; charset=utf-8","text":"# EOF\n"}"##
    /// `daemon.health`.
    public static let health = #"{"ready":true,"problems":[]}"#

    /// `daemon.reload`.
    public static let reload = #"""
        {"applied":["Synerise.APIKeyFile","Limits.Connections"],"needsRestart":["Store.Seal"],"endsSession":true}
        """#

    /// What a daemon answers to a method when all is well.
    public static func result(of method: String) -> String {
        switch method {
        case "session.getUUID", "session.getUUIDForAuthentication": uuidAnswer
        case "session.retrieveToken": token
        case "session.refreshToken": facts
        case "session.regenerateUUID", "session.destroy", "session.deleteAccount": newCustomer
        case "session.signIn", "session.authenticate", "session.authenticateWithToken", "session.simpleAuthenticate":
            signedIn
        case "session.beginSignIn", "session.pendingSignIn": signInRequest
        case "session.completeSignIn": signedIn
        case "session.cancelSignIn": #"{"cancelled":true}"#
        case "session.signOut": signOut
        case "session.touch", "daemon.setLogLevel": "{}"
        case "daemon.reload": reload
        case "daemon.info": info
        case "daemon.hello": hello
        case "daemon.health": health
        case "daemon.metrics": metrics
        case "rpc.discover": #"{"openrpc":"1.2.6"}"#
        default: status
        }
    }
}
