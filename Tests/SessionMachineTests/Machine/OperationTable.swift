// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

/// A table of an operation, a state, and what follows (docs/behaviour.md, S8).
///
/// In each state both labels are set; in `simple` the customer is known by the authID "alice", in `signedIn` and
/// `expired` by the login alice@example.com; whoever authenticates in the table is somebody else.
struct OperationRow: Sendable, CustomTestStringConvertible {
    let operation: Operation
    let state: StartingState
    let outcome: Outcome

    var testDescription: String { "\(operation.rawValue) in \(state.rawValue)" }

    init(_ operation: Operation, _ state: StartingState, _ outcome: Outcome) {
        (self.operation, self.state, self.outcome) = (operation, state, outcome)
    }

    static let all = regenerations + destructions + authentications + signOuts + labels

    private static let simpleRefused = Outcome.refused(.notAnonymous, anonymous: .simpleAuth, client: nil)
    private static let signedInRefused = Outcome.refused(.notAnonymous, anonymous: .anonymous, client: .synerise)

    private static let regenerations = [Operation.regenerate, .regenerateWithIdentifier].flatMap { operation in
        let regenerated = Outcome.replaced(
            operation == .regenerate ? .another : .derived, [.uuidChanged(.regeneration), .identityChanged], .required)
        return [
            OperationRow(operation, .none, regenerated), OperationRow(operation, .anonymous, regenerated),
            OperationRow(operation, .simple, simpleRefused), OperationRow(operation, .signedIn, signedInRefused),
            OperationRow(operation, .expired, regenerated),
        ]
    }

    private static let destructions = [Operation.destroy, .signOutWithDestroy].flatMap { operation in
        StartingState.allCases.map { state in
            let ended: [SessionChange] =
                [.simple, .signedIn].contains(state) ? [.signedOut(.sessionDestroyed)] : []
            return OperationRow(
                operation, state,
                .replaced(.another, ended + [.uuidChanged(.destroy), .identityChanged], .bestEffort))
        }
    }

    private static let authentications: [OperationRow] =
        [
            OperationRow(.signIn, .none, .admitted(.kept, .synerise, login: true)),
            OperationRow(.signIn, .anonymous, .admitted(.kept, .synerise, login: true, anonymous: .anonymous)),
            OperationRow(.signIn, .simple, .admitted(.another, .synerise, login: true)),
            OperationRow(.signIn, .expired, .admitted(.another, .synerise, login: true)),
            OperationRow(.provider, .none, .admitted(.kept, .google)),
            OperationRow(.provider, .anonymous, .admitted(.kept, .google, anonymous: .anonymous)),
            OperationRow(.provider, .simple, .admitted(.another, .google)),
            OperationRow(.provider, .expired, .admitted(.another, .google)),
        ]
        + [.none, .anonymous, .simple, .expired].flatMap { state in
            [
                OperationRow(.token, state, .admitted(.given, .oauth)),
                OperationRow(.simple, state, .admitted(.derived, .simpleAuth)),
            ]
        }
        + Operation.authentications.map { operation in
            OperationRow(
                operation, .signedIn, .refused(.alreadySignedIn, anonymous: .anonymous, client: .synerise))
        }

    private static let signOuts = [Operation.signOut, .signOutByAdministrator].flatMap { operation in
        let ended: [SessionChange] = [.signedOut(operation == .signOut ? .userSignOut : .systemSignOut)]
        return [
            OperationRow(operation, .none, Outcome(generations: 0, durability: .nothing)),
            OperationRow(operation, .anonymous, Outcome(generations: 0, anonymous: .anonymous, durability: .nothing)),
            OperationRow(operation, .simple, Outcome(changes: ended, durability: .bestEffort)),
            OperationRow(
                operation, .signedIn, Outcome(anonymous: .anonymous, changes: ended, durability: .bestEffort)),
            OperationRow(
                operation, .expired, Outcome(generations: 0, anonymous: .anonymous, durability: .bestEffort)),
        ]
    }

    private static let labels = [Operation.setLabel, .clearLabels].flatMap { operation in
        [
            (StartingState.none, TokenOrigin?.none, TokenOrigin?.none), (.anonymous, .anonymous, nil),
            (.simple, .simpleAuth, nil), (.signedIn, .anonymous, .synerise), (.expired, .anonymous, nil),
        ].map { state, anonymous, client in
            OperationRow(
                operation, state,
                Outcome(
                    generations: 0, anonymous: anonymous, client: client, hasLogin: client != nil,
                    label: operation == .setLabel ? "new@example.com" : nil, changes: [.identityChanged]))
        }
    }
}
