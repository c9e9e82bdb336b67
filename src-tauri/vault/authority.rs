//! The file of a certificate authority that a person trusts beside the system's. It is named in a file that anybody may
//! have written, so it is read as what it may be: a device that never ends, a pipe that nobody writes to, a private key.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read},
    path::Path,
};

use keybearer_core::{
    failure::VaultProblem,
    words::{self, Message, Plain},
};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use zeroize::Zeroizing;

/// The largest file that is read, in bytes: some thousand authorities.
const LARGEST: u64 = 4 << 20;

/// What stands at the beginning of what is no certificate, and what people call it.
const OTHERS: [(&str, Plain); 6] = [
    ("PRIVATE KEY-----", words::authority_private_key),
    ("CERTIFICATE REQUEST-----", words::authority_request),
    ("PUBLIC KEY-----", words::authority_public_key),
    ("X509 CRL-----", words::authority_revoked_list),
    ("PKCS7-----", words::authority_pkcs7),
    ("TRUSTED CERTIFICATE-----", words::authority_trusted),
];

/// Reads it, as PEM.
///
/// # Errors
/// [`VaultProblem::Authority`], with the reason.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, VaultProblem> {
    let pem = contents(path).and_then(|pem| check(&pem).map(|()| pem.to_vec()));
    pem.map_err(|why| VaultProblem::Authority { path: path.display().to_string(), why })
}

fn contents(path: &Path) -> Result<Zeroizing<Vec<u8>>, Message> {
    let file = open(path).map_err(|error| words::verbatim(error.to_string()))?;
    let about = file.metadata().map_err(|error| words::verbatim(error.to_string()))?;
    if about.is_dir() {
        return Err(words::authority_folder());
    }
    if !about.is_file() {
        return Err(words::authority_no_file());
    }
    if about.len() > LARGEST {
        return Err(words::authority_too_large(LARGEST >> 20));
    }
    let mut pem = Zeroizing::new(Vec::with_capacity(usize::try_from(about.len()).unwrap_or(0)));
    // It may grow while it is read.
    file.take(LARGEST).read_to_end(&mut pem).map_err(|error| words::verbatim(error.to_string()))?;
    Ok(pem)
}

/// Without waiting for whoever writes to a pipe.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    options.open(path)
}

/// Whether it holds certificates, all of which can be trusted as authorities: what is left out would be told as a strange
/// authority only later.
fn check(pem: &[u8]) -> Result<(), Message> {
    let text = Zeroizing::new(String::from_utf8_lossy(pem).into_owned());
    for (kind, why) in OTHERS {
        if text.lines().any(|line| line.starts_with("-----BEGIN ") && line.trim_end().ends_with(kind)) {
            return Err(why());
        }
    }
    if !text.contains("-----BEGIN") {
        let binary = pem.first() == Some(&0x30);
        return Err(if binary { words::authority_binary() } else { words::authority_no_pem() });
    }
    let mut trusted = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| words::authority_unreadable())?;
        trusted.add(certificate).map_err(|_| words::authority_unusable())?;
    }
    if trusted.is_empty() { Err(words::authority_empty()) } else { Ok(()) }
}
