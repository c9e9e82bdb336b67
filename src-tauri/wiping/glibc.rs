//! The `free`, `realloc` and `getenv` that take the place of glibc's.

use std::{ffi::CStr, ptr};

use libc::{RTLD_DEFAULT, c_char, c_void, dlsym, malloc, malloc_usable_size, size_t};

/// The web engine's own variable and value by which it allocates as other C libraries do: its own allocator leaves what is
/// freed as it is, and a token that is shown goes through it, in this process as well. It looks for it before the program begins,
/// so that nothing can set it in time but whoever starts that.
const ENGINE_ALLOCATES_LIKE_C: (&CStr, &CStr) = (c"Malloc", c"1");

unsafe extern "C" {
    static environ: *const *mut c_char;
    fn __libc_free(allocation: *mut c_void);
    fn __libc_realloc(allocation: *mut c_void, size: size_t) -> *mut c_void;
}

/// glibc's mark, in the size that stands before an allocation, of one that has pages of its own.
const HAS_PAGES: usize = 2;

/// Whether the program's libraries use what is here.
#[must_use]
pub fn is_in_place() -> bool {
    // SAFETY: names that end with a zero are looked up.
    let used = [c"free", c"realloc", c"getenv"].map(|name| unsafe { dlsym(RTLD_DEFAULT, name.as_ptr()) });
    used == [free as *mut c_void, realloc as *mut c_void, getenv as *mut c_void]
}

/// Wipes an allocation from here to its end.
///
/// # Safety
/// It is one that malloc gave, which nobody reads any more from there on.
unsafe fn wipe(allocation: *mut c_void, from: usize) {
    // SAFETY: it is as long as glibc says, and its size stands before it.
    unsafe {
        // Its pages go back to the system, which hands them out empty. Wiping would have it give those first that were never used.
        if *allocation.cast::<usize>().sub(1) & HAS_PAGES == 0 {
            let size = malloc_usable_size(allocation);
            ptr::write_bytes(allocation.cast::<u8>().add(from), 0, size.saturating_sub(from));
        }
    }
}

/// Frees an allocation as C does, and wipes it first.
///
/// # Safety
/// As `free` of C.
#[unsafe(no_mangle)]
unsafe extern "C" fn free(allocation: *mut c_void) {
    if allocation.is_null() {
        return;
    }
    // SAFETY: whoever frees it reads it no more.
    unsafe {
        wipe(allocation, 0);
        __libc_free(allocation);
    }
}

/// Gives an allocation another size as C does, and wipes what is no longer of it: the end of one that becomes smaller, and where
/// one was that had to move.
///
/// # Safety
/// As `realloc` of C.
#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(allocation: *mut c_void, size: size_t) -> *mut c_void {
    // SAFETY: whoever calls keeps to C's rules; what is copied fits both.
    unsafe {
        if allocation.is_null() {
            return malloc(size);
        }
        if size == 0 {
            free(allocation);
            return ptr::null_mut();
        }
        let has = malloc_usable_size(allocation);
        if size <= has {
            wipe(allocation, size);
            return __libc_realloc(allocation, size);
        }
        let other = malloc(size);
        if !other.is_null() {
            ptr::copy_nonoverlapping(allocation.cast::<u8>(), other.cast::<u8>(), has);
            free(allocation);
        }
        other
    }
}

/// Looks up a variable as C does, but for the one that lets the web engine allocate like C, which always says so.
///
/// # Safety
/// As `getenv` of C.
#[unsafe(no_mangle)]
unsafe extern "C" fn getenv(name: *const c_char) -> *mut c_char {
    // SAFETY: a name ends with a zero; so does the list of variables, each of which is a text that does.
    unsafe {
        let name = CStr::from_ptr(name);
        let (engine, like_c) = ENGINE_ALLOCATES_LIKE_C;
        if name == engine {
            // Nobody writes into what getenv gives.
            return like_c.as_ptr().cast_mut();
        }
        let mut place = environ;
        while !place.is_null() && !(*place).is_null() {
            let variable = CStr::from_ptr(*place).to_bytes();
            if variable.strip_prefix(name.to_bytes()).is_some_and(|rest| rest.starts_with(b"=")) {
                return (*place).add(name.count_bytes() + 1);
            }
            place = place.add(1);
        }
        ptr::null_mut()
    }
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;

    /// What is read of freed memory: its first 16 bytes are glibc's own by then.
    unsafe fn left(at: *mut c_void, size: usize) -> usize {
        let bytes = unsafe { slice::from_raw_parts(at.cast::<u8>().add(16), size - 16) };
        bytes.iter().filter(|byte| **byte == 0xA5).count()
    }

    unsafe fn filled(size: usize) -> *mut c_void {
        unsafe {
            let allocation = malloc(size);
            ptr::write_bytes(allocation.cast::<u8>(), 0xA5, size);
            allocation
        }
    }

    #[test]
    fn what_c_frees_is_wiped_whatever_its_size() {
        assert!(is_in_place());
        for size in [24, 100, 1000, 10_000, 100_000] {
            unsafe {
                let allocation = filled(size);
                assert!(left(allocation, size) > 0);
                // As any library of C frees.
                libc::free(allocation);
                assert_eq!(left(allocation, size), 0, "{size}");
            }
        }
    }

    #[test]
    fn variables_are_looked_up_as_ever_but_for_the_one() {
        let told = |name: &CStr| unsafe {
            let value = libc::getenv(name.as_ptr());
            (!value.is_null()).then(|| CStr::from_ptr(value).to_owned())
        };
        assert_eq!(told(c"Malloc").as_deref(), Some(c"1"));
        assert_eq!(told(c"PATH").map(|path| path.into_bytes()), std::env::var("PATH").ok().map(String::into_bytes));
        assert!(told(c"PATH").is_some() && told(c"PAT").is_none() && told(c"").is_none());
    }

    #[test]
    fn what_moves_or_shrinks_leaves_nothing_and_keeps_what_is_its_own() {
        unsafe {
            let small = filled(200);
            // What stands behind it keeps it from growing where it is.
            let behind = filled(200);
            let large = libc::realloc(small, 5000);
            assert_eq!((left(small, 200), left(large, 200)), (0, 184));
            let less = libc::realloc(large, 50);
            assert_eq!(left(less, 200), 34);
            libc::free(less);
            libc::free(behind);
        }
    }

    #[test]
    fn what_has_pages_of_its_own_grows_and_shrinks() {
        unsafe {
            let pages = filled(4 << 20);
            let more = libc::realloc(pages, 8 << 20);
            assert_eq!(left(more, 4 << 20), (4 << 20) - 16);
            let less = libc::realloc(more, 100);
            assert_eq!(left(less, 100), 84);
            libc::free(less);
        }
    }
}
