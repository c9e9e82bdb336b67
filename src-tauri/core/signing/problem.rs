//! What somebody has in place of a private key.

use crate::{failure::told, words};

told! {
    /// Why something cannot be signed with.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    PrivateKeyProblem {
        Empty => words::err_private_key_empty(), words::err_private_key_empty_hint();
        NoPem => words::err_private_key_no_pem(), words::err_private_key_no_pem_hint();
        TooLarge(kibibytes: usize) => words::err_private_key_too_large(*kibibytes), words::err_private_key_no_pem_hint();
        Several => words::err_private_key_several(), words::err_private_key_several_hint();
        /// It can be opened with a passphrase.
        Encrypted => words::err_private_key_encrypted(), words::err_private_key_encrypted_hint();
        OpenSsh => words::err_private_key_openssh(), words::err_private_key_openssh_hint();
        PublicKey => words::err_private_key_public(), words::err_private_key_other_half_hint();
        Certificate => words::err_private_key_certificate(), words::err_private_key_other_half_hint();
        CertificateRequest => words::err_private_key_request(), words::err_private_key_other_half_hint();
        /// PEM of another kind, or none of what it begins with.
        OtherPem => words::err_private_key_other_pem(), words::err_private_key_no_pem_hint();
        /// Its curve, where it is named and known.
        UnknownCurve(name: Option<&'static str>)
            => name.map_or_else(words::err_private_key_curve, words::err_private_key_curve_named),
            words::err_private_key_algorithm_hint();
        /// Its algorithm, where that is known.
        UnknownAlgorithm(name: Option<&'static str>)
            => name.map_or_else(words::err_private_key_algorithm, words::err_private_key_algorithm_named),
            words::err_private_key_algorithm_hint();
        /// Its length in bits.
        RsaTooShort(bits: usize) => words::err_private_key_rsa_short(*bits), words::err_private_key_algorithm_hint();
        RsaTooLong(bits: usize) => words::err_private_key_rsa_long(*bits), words::err_private_key_algorithm_hint();
        /// Of a form that nothing here signs with: of more than two primes, of a length that is no multiple of 512 bits, or
        /// with a very small exponent.
        RsaUnusual => words::err_private_key_rsa_unusual(), words::err_private_key_algorithm_hint();
        Damaged => words::err_private_key_damaged(), words::err_private_key_damaged_hint();
        /// It begins, and does not end.
        CutOff => words::err_private_key_cut_off(), words::err_private_key_damaged_hint();
        /// Its public half is another key's.
        Mismatched => words::err_private_key_mismatched(), words::err_private_key_damaged_hint();
        WrongPassphrase => words::err_private_key_passphrase(), words::err_private_key_passphrase_hint();
        /// Encrypted in a way that is not opened here.
        UnknownEncryption => words::err_private_key_encryption(), words::err_private_key_encrypted_hint();
    }
}
