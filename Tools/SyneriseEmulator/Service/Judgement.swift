// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator

/// What a request that is granted is answered with.
enum Judgement {
    case token(TokenObject)
    case other(Answer)

    func answer(_ fault: TokenFault?) -> Answer {
        switch self {
        case .token(let object): .json(object.json(fault))
        case .other(let answer): answer
        }
    }
}
