//! Enums that know their variants.

/// Declares an enum together with the list of all its variants, so that the list lacks none.
macro_rules! listed {
    ($(#[$of:meta])* pub enum $name:ident { $($(#[$each:meta])* $variant:ident,)+ }) => {
        $(#[$of])*
        pub enum $name { $($(#[$each])* $variant,)+ }

        impl $name {
            /// Each, in the order in which they are listed.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
        }
    };
}

pub(crate) use listed;
