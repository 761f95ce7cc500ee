// SPDX-License-Identifier: Apache-2.0

/// Where in a file an assignment stands.
enum SectionState: Hashable {
    /// Before the first section.
    case none
    /// In one that was warned of, or that is somebody's extension.
    case ignored
    case known(SettingSection)
}
