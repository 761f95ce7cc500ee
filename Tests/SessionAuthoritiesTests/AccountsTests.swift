// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionProtocol
import Testing

@testable import HTTPSClient
@testable import SessionAuthorities

@Suite(.timeLimit(.minutes(10))) struct AccountsTests {
    private let hash = AuthorityFixture.quickHash

    @Test func readsLoginsNormalisedAndSkipsBlankLinesAndComments() {
        let accounts = Accounts(Array("# who\n\n  Alice@Example.COM :\(hash)\r\n\t\nurn:shop:7:\(hash)".utf8))
        #expect(accounts.all.map(\.login) == ["alice@example.com", "urn:shop:7"])
        #expect(accounts.malformedLines.isEmpty)
        #expect(accounts[" ALICE@example.com\t"]?.login == "alice@example.com")
        #expect(accounts["URN:SHOP:7"] == nil)
    }

    @Test(arguments: ["no-colon", ":\(AuthorityFixture.quickHash)", "empty:", "bob:$nosuch$x", "bob:%", " : "])
    func countsLinesThatAreNoAccountByTheirNumber(line: String) {
        let accounts = Accounts(Array("a:\(hash)\n\(line)\nb:\(hash)\n".utf8))
        #expect(accounts.all.map(\.login) == ["a", "b"])
        #expect(accounts.malformedLines == [2])
    }

    @Test func countsALineThatIsNotUTF8() {
        let accounts = Accounts([0xFF, 0x3A, 0x41, 0x0A] + Array("b:\(hash)".utf8))
        #expect(accounts.malformedLines == [1])
        #expect(accounts.all.map(\.login) == ["b"])
    }

    @Test func passesAByteOrderMarkAtTheStartOver() {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let accounts = Accounts(mark + Array("a:\(hash)\nno-colon\n\u{FEFF}b:\(hash)".utf8))
        #expect(accounts["a"] != nil && accounts.malformedLines == [2])
        #expect(accounts["b"] == nil, "elsewhere it is part of a login")
    }

    @Test func comparesLoginsByteForByte() {
        let accounts = Accounts(Array("caf\u{E9}:\(hash)".utf8))
        #expect(accounts["caf\u{E9}"] != nil)
        #expect(accounts["cafe\u{301}"] == nil)
    }

    @Test func takesTheFirstOfTwoLinesWithOneLogin() {
        let accounts = Accounts(Array("a:*\na:\(hash)".utf8))
        #expect(accounts["a"]?.hash.isLocked == true)
    }

    @Test func comparesAnUnknownLoginWithAHashOfTheSameKind() {
        #expect(Accounts(Array("a:!locked\nb:\(hash)".utf8)).anyHash == PasswordHash(hash))
        #expect(Accounts([]).anyHash == .none)
    }

    @Test(arguments: AuthorityFixture.hashes)
    func fitsTheHashesOfCrypt5(hash: String) throws {
        let hash = try #require(PasswordHash(hash))
        #expect(try hash.fits(Secret(AuthorityFixture.password)))
        #expect(try !hash.fits(Secret(AuthorityFixture.password + " ")))
        #expect(try !hash.fits(Secret("")))
        #expect(try !hash.fits(Secret(AuthorityFixture.password + "\0")))
        #expect(try !hash.fits(Secret(String(repeating: "x", count: 4096))))
    }

    @Test func doesNotTakeAHashThatCannotBeComparedForAWrongPassword() throws {
        let hash = try #require(PasswordHash("$6$rounds=1$saltsalt$"))
        #expect(throws: PasswordHash.NotComparable(errorNumber: EINVAL)) { try hash.fits(Secret("x")) }
    }

    @Test(arguments: ["*", "!", "!\(AuthorityFixture.quickHash)", "*0"])
    func nothingFitsALockedHash(hash: String) throws {
        let hash = try #require(PasswordHash(hash))
        #expect(hash.isLocked)
        #expect(try !hash.fits(Secret(AuthorityFixture.password)))
    }

    @Test func nothingFitsAHashOfWhichOnlyTheBeginningIsRight() throws {
        for count in 30..<AuthorityFixture.quickHash.count {
            let hash = try #require(PasswordHash(String(AuthorityFixture.quickHash.prefix(count))))
            #expect(try !hash.fits(Secret(AuthorityFixture.password)))
        }
    }

    @Test func noneOfManyOtherPasswordsFits() throws {
        let hash = try #require(PasswordHash(AuthorityFixture.quickHash))
        #expect(try (0..<300).allSatisfy { try !hash.fits(Secret("password \($0)")) })
    }

    @Test func nothingFitsAHashWithOneCharacterChanged() throws {
        let text = Array(AuthorityFixture.quickHash)
        for index in text.indices.suffix(43) {
            var changed = text
            changed[index] = changed[index] == "." ? "/" : "."
            let hash = try #require(PasswordHash(String(changed)))
            #expect(try !hash.fits(Secret(AuthorityFixture.password)))
        }
    }
}
