//! Text and bytes in memory that the system does not move out to the disk, and that is wiped when it is dropped.

use zeroize::Zeroize;

/// The text.
pub struct LockedText(LockedBytes);

impl LockedText {
    /// Copies the text, as [`LockedBytes::new`] does.
    pub fn new(text: &str) -> Self {
        Self(LockedBytes::new(text.as_bytes()))
    }

    pub fn as_str(&self) -> &str {
        str::from_utf8(self.0.as_bytes()).expect("it was text when it came")
    }

    /// Whether the system keeps it from being moved out.
    pub fn is_locked(&self) -> bool {
        self.0.is_locked()
    }
}

/// The bytes. Locking goes by whole pages of memory, so they have pages of their own: letting go of one secret must not let go
/// of another beside it.
pub struct LockedBytes {
    // Dropped before the memory that it is about.
    lock: Option<region::LockGuard>,
    pages: Box<[u8]>,
    /// Where the first whole page begins.
    start: usize,
    length: usize,
}

impl LockedBytes {
    /// Copies the bytes. Where the system locks no memory, or no more for this person, they are held all the same.
    pub fn new(bytes: &[u8]) -> Self {
        let page = region::page::size();
        let needed = bytes.len().next_multiple_of(page).max(page);
        let mut pages = vec![0; needed + page].into_boxed_slice();
        let start = pages.as_ptr().align_offset(page).min(page);
        let lock = region::lock(pages[start..].as_ptr(), needed).ok();
        pages[start..start + bytes.len()].copy_from_slice(bytes);
        Self { lock, pages, start, length: bytes.len() }
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.pages[self.start..self.start + self.length]
    }

    /// Whether the system keeps them from being moved out.
    pub fn is_locked(&self) -> bool {
        self.lock.is_some()
    }
}

impl Drop for LockedBytes {
    fn drop(&mut self) {
        self.pages[self.start..self.start + self.length].zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_as_it_came_whatever_its_length() {
        for length in [1, 100, 4096, 4097, 100_000] {
            let text = "é".repeat(length);
            assert_eq!(LockedText::new(&text).as_str(), text);
        }
    }

    #[test]
    fn each_text_has_pages_of_its_own() {
        let texts: Vec<LockedText> = (0..50).map(|_| LockedText::new("a secret")).collect();
        let page = |text: &LockedText| text.as_str().as_ptr() as usize / region::page::size();
        let mut places: Vec<usize> = texts.iter().map(page).collect();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), texts.len());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn it_is_locked_for_as_long_as_it_is_held() {
        let text = LockedText::new("a secret");
        assert!(text.is_locked());
        let at = text.as_str().as_ptr() as usize;
        assert!(is_locked(at));
        drop(text);
        assert!(!is_locked(at));
    }

    /// As the system tells of the mapping at an address.
    #[cfg(target_os = "linux")]
    fn is_locked(at: usize) -> bool {
        let mappings = std::fs::read_to_string("/proc/self/smaps").expect("the system tells");
        let mut inside = false;
        for line in mappings.lines() {
            let bounds = line.split_whitespace().next().and_then(|bounds| bounds.split_once('-'));
            let number = |text| usize::from_str_radix(text, 16).ok();
            if let Some((from, to)) = bounds.and_then(|(from, to)| Some((number(from)?, number(to)?))) {
                inside = (from..to).contains(&at);
            } else if inside && line.starts_with("VmFlags:") {
                return line.split_whitespace().any(|flag| flag == "lo");
            }
        }
        false
    }
}
