// SPDX-License-Identifier: Apache-2.0

import SessiondLinux

/// The files of a configuration in the order they apply, and what could not be read.
struct FileSet {
    private(set) var files: [ConfigurationFile] = []
    private(set) var problems: [ConfigurationProblem] = []
    private let reader: FileReader

    /// Reads the main file and then the drop-ins, sorted by name whatever their folder.
    init(_ source: ConfigurationSource, for reader: FileReader) {
        self.reader = reader
        readMainFile(of: source)
        for path in dropIns(of: source) { read(path) }
    }

    private mutating func readMainFile(of source: ConfigurationSource) {
        for path in source.mainFiles {
            do throws(FileFailure) {
                files.append(try ConfigurationFile(path: path, for: reader))
                return
            } catch  where error.isMissing && !source.requiresMainFile {
                continue
            } catch {
                return fail(path, error)
            }
        }
    }

    /// The paths by name, each from the last folder that has the name.
    private mutating func dropIns(of source: ConfigurationSource) -> [String] {
        var paths: [String: String] = [:]
        for folder in source.dropInFolders {
            do throws(FileFailure) {
                for name in try DropInFolder.names(in: folder) { paths[name] = "\(folder)/\(name)" }
            } catch {
                fail(folder, error)
            }
        }
        let sorted = paths.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return sorted.map(\.value)
    }

    private mutating func read(_ path: String) {
        do throws(FileFailure) {
            files.append(try ConfigurationFile(path: path, for: reader))
        } catch {
            fail(path, error)
        }
    }

    private mutating func fail(_ path: String, _ failure: FileFailure) {
        problems.append(ConfigurationProblem(path: path, message: failure.reason, expected: failure.expected))
    }
}
