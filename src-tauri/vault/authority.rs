//! The file of a certificate authority that a person trusts beside the system's. It is named in a file that anybody may
//! have written, so it is read as what it may be: a device that never ends, a pipe that nobody writes to, a private key.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read},
    path::Path,
};

use keybearer_core::failure::VaultProblem;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use zeroize::Zeroizing;

/// The largest file that is read, in bytes: some thousand authorities.
const LARGEST: u64 = 4 << 20;

/// What stands at the beginning of what is no certificate, and what people call it.
const OTHERS: [(&str, &str); 6] = [
    ("PRIVATE KEY-----", "it holds a private key, which is to stay where it was made; give the certificate alone"),
    ("CERTIFICATE REQUEST-----", "it is a request for a certificate, and not the certificate that was made of it"),
    ("PUBLIC KEY-----", "it is a public key, and no certificate"),
    ("X509 CRL-----", "it is a list of revoked certificates, and no certificate"),
    ("PKCS7-----", "it is a PKCS#7 bundle; convert it to certificates in PEM (openssl pkcs7 -print_certs)"),
    ("TRUSTED CERTIFICATE-----", "it is in OpenSSL’s own format; convert it to PEM (openssl x509)"),
];

/// Reads it, as PEM.
///
/// # Errors
/// [`VaultProblem::Authority`], with the reason.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, VaultProblem> {
    let pem = contents(path).and_then(|pem| check(&pem).map(|()| pem.to_vec()));
    pem.map_err(|why| VaultProblem::Authority { path: path.display().to_string(), why: why.into() })
}

fn contents(path: &Path) -> Result<Zeroizing<Vec<u8>>, String> {
    let file = open(path).map_err(|error| error.to_string())?;
    let about = file.metadata().map_err(|error| error.to_string())?;
    if about.is_dir() {
        return Err("it is a folder".to_owned());
    }
    if !about.is_file() {
        return Err("it is no file but a device, a pipe or a socket".to_owned());
    }
    if about.len() > LARGEST {
        return Err(format!("it is larger than {} MiB, and no list of authorities", LARGEST >> 20));
    }
    let mut pem = Zeroizing::new(Vec::with_capacity(usize::try_from(about.len()).unwrap_or(0)));
    // It may grow while it is read.
    file.take(LARGEST).read_to_end(&mut pem).map_err(|error| error.to_string())?;
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
fn check(pem: &[u8]) -> Result<(), String> {
    let text = Zeroizing::new(String::from_utf8_lossy(pem).into_owned());
    for (kind, why) in OTHERS {
        if text.lines().any(|line| line.starts_with("-----BEGIN ") && line.trim_end().ends_with(kind)) {
            return Err(why.to_owned());
        }
    }
    if !text.contains("-----BEGIN") {
        let binary = pem.first() == Some(&0x30);
        let why = if binary {
            "it is binary (DER); convert it to PEM (openssl x509 -inform der)"
        } else {
            "it is no certificate in PEM"
        };
        return Err(why.to_owned());
    }
    let mut trusted = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| "its certificate cannot be read".to_owned())?;
        trusted.add(certificate).map_err(|_| "its certificate cannot be used as an authority".to_owned())?;
    }
    if trusted.is_empty() { Err("there is no certificate in it".to_owned()) } else { Ok(()) }
}
