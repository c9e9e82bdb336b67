// Written by `cargo xtask licences`.

export const THIRD_PARTY = `Keybearer has these 377 packages of others compiled in:

  @fluent/bundle 0.19.1: Apache-2.0
  adler2 2.0.1: 0BSD OR MIT OR Apache-2.0
  aead 0.6.1: MIT OR Apache-2.0
  aes 0.9.4: MIT OR Apache-2.0
  aes-gcm 0.11.1: Apache-2.0 OR MIT
  aho-corasick 1.1.5: Unlicense OR MIT
  alloc-no-stdlib 3.0.0: BSD-3-Clause
  alloc-stdlib 0.3.0: BSD-3-Clause
  anyhow 1.0.104: MIT OR Apache-2.0
  apple-native-keyring-store 1.0.2: MIT OR Apache-2.0
  arboard 3.7.0: MIT OR Apache-2.0
  async-broadcast 0.7.2: MIT OR Apache-2.0
  async-channel 2.5.0: Apache-2.0 OR MIT
  async-executor 1.14.1: Apache-2.0 OR MIT
  async-io 2.6.0: Apache-2.0 OR MIT
  async-lock 3.5.0: Apache-2.0 OR MIT
  async-process 2.5.0: Apache-2.0 OR MIT
  async-signal 0.2.14: Apache-2.0 OR MIT
  async-task 4.7.1: Apache-2.0 OR MIT
  atk 0.18.2: MIT
  atk-sys 0.18.2: MIT
  atomic-waker 1.1.2: Apache-2.0 OR MIT
  base16ct 1.0.0: Apache-2.0 OR MIT
  base64 0.23.1: MIT OR Apache-2.0
  base64ct 1.8.3: Apache-2.0 OR MIT
  bitflags 1.3.2: MIT/Apache-2.0
  bitflags 2.13.2: MIT OR Apache-2.0
  block-buffer 0.12.1: MIT OR Apache-2.0
  block-padding 0.4.2: MIT OR Apache-2.0
  block2 0.6.2: MIT
  blocking 1.7.0: Apache-2.0 OR MIT
  brotli 9.1.1: BSD-3-Clause AND MIT
  brotli-decompressor 6.3.0: BSD-3-Clause/MIT
  byteorder 1.5.0: Unlicense OR MIT
  bytes 1.12.2: MIT
  cairo-rs 0.18.5: MIT
  cairo-sys-rs 0.18.2: MIT
  cbc 0.2.1: MIT OR Apache-2.0
  cfb 0.14.0: MIT
  cfg-if 1.0.5: MIT OR Apache-2.0
  cipher 0.5.2: MIT OR Apache-2.0
  clipboard-win 5.4.3: BSL-1.0
  cmov 0.5.4: Apache-2.0 OR MIT
  concurrent-queue 2.5.0: Apache-2.0 OR MIT
  const-oid 0.10.3: Apache-2.0 OR MIT
  cookie 0.18.2: MIT OR Apache-2.0
  core-foundation 0.10.1: MIT OR Apache-2.0
  core-foundation 0.9.4: MIT OR Apache-2.0
  core-foundation-sys 0.8.7: MIT OR Apache-2.0
  core-graphics 0.25.0: MIT OR Apache-2.0
  core-graphics-types 0.2.0: MIT OR Apache-2.0
  cpubits 0.1.1: MIT OR Apache-2.0
  cpufeatures 0.3.1: MIT OR Apache-2.0
  crc32fast 1.5.5: MIT OR Apache-2.0
  crossbeam-channel 0.5.17: MIT OR Apache-2.0
  crossbeam-utils 0.8.23: MIT OR Apache-2.0
  crypto-bigint 0.7.11: Apache-2.0 OR MIT
  crypto-common 0.2.2: MIT OR Apache-2.0
  csv 1.4.0: Unlicense/MIT
  csv-core 0.1.13: Unlicense/MIT
  ctor 1.0.13: Apache-2.0 OR MIT
  ctr 0.10.1: MIT OR Apache-2.0
  ctutils 0.4.8: Apache-2.0 OR MIT
  curve25519-dalek 5.0.0: BSD-3-Clause
  der 0.8.3: Apache-2.0 OR MIT
  deranged 0.5.9: MIT OR Apache-2.0
  digest 0.11.3: MIT OR Apache-2.0
  dirs 7.0.0: MIT OR Apache-2.0
  dirs-sys 0.5.0: MIT OR Apache-2.0
  dispatch2 0.3.1: Zlib OR Apache-2.0 OR MIT
  dlopen2 0.8.2: MIT
  downcast-rs 1.2.1: MIT/Apache-2.0
  dpi 0.1.2: Apache-2.0 AND MIT
  dunce 1.0.5: CC0-1.0 OR MIT-0 OR Apache-2.0
  ecdsa 0.17.0: Apache-2.0 OR MIT
  ed25519 3.0.0: Apache-2.0 OR MIT
  ed25519-dalek 3.0.0: BSD-3-Clause
  elliptic-curve 0.14.3: Apache-2.0 OR MIT
  embed_plist 1.2.2: MIT OR Apache-2.0
  endi 1.1.1: MIT
  enumflags2 0.7.12: MIT OR Apache-2.0
  equivalent 1.0.3: Apache-2.0 OR MIT
  erased-serde 0.4.11: MIT OR Apache-2.0
  errno 0.3.15: MIT OR Apache-2.0
  error-code 3.4.0: BSL-1.0
  event-listener 5.4.2: Apache-2.0 OR MIT
  event-listener-strategy 0.5.4: Apache-2.0 OR MIT
  fallible-iterator 0.3.0: MIT/Apache-2.0
  fallible-streaming-iterator 0.1.9: MIT/Apache-2.0
  fastrand 2.5.0: Apache-2.0 OR MIT
  fdeflate 0.3.7: MIT OR Apache-2.0
  ff 0.14.0: MIT/Apache-2.0
  field-offset 0.3.6: MIT OR Apache-2.0
  fixedbitset 0.5.9: MIT OR Apache-2.0
  flate2 1.1.11: MIT OR Apache-2.0
  fluent-bundle 0.16.0: Apache-2.0 OR MIT
  fluent-langneg 0.13.1: Apache-2.0 OR MIT
  fluent-syntax 0.12.0: Apache-2.0 OR MIT
  fnv 1.0.7: Apache-2.0 / MIT
  foldhash 0.1.5: Zlib
  foreign-types 0.5.0: MIT/Apache-2.0
  foreign-types-shared 0.3.1: MIT/Apache-2.0
  form_urlencoded 1.2.2: MIT OR Apache-2.0
  futures-channel 0.3.34: MIT OR Apache-2.0
  futures-core 0.3.34: MIT OR Apache-2.0
  futures-executor 0.3.34: MIT OR Apache-2.0
  futures-io 0.3.34: MIT OR Apache-2.0
  futures-lite 2.6.1: Apache-2.0 OR MIT
  futures-task 0.3.34: MIT OR Apache-2.0
  futures-util 0.3.34: MIT OR Apache-2.0
  gdk 0.18.2: MIT
  gdk-pixbuf 0.18.5: MIT
  gdk-pixbuf-sys 0.18.0: MIT
  gdk-sys 0.18.2: MIT
  gdkwayland-sys 0.18.2: MIT
  gdkx11 0.18.2: MIT
  gdkx11-sys 0.18.2: MIT
  gethostname 1.1.0: Apache-2.0
  getrandom 0.2.17: MIT OR Apache-2.0
  getrandom 0.3.4: MIT OR Apache-2.0
  getrandom 0.4.3: MIT OR Apache-2.0
  ghash 0.6.0: Apache-2.0 OR MIT
  gio 0.18.4: MIT
  gio-sys 0.18.1: MIT
  glib 0.18.5: MIT
  glib-sys 0.18.1: MIT
  glob 0.3.4: MIT OR Apache-2.0
  gobject-sys 0.18.0: MIT
  group 0.14.0: MIT/Apache-2.0
  gtk 0.18.2: MIT
  gtk-sys 0.18.2: MIT
  hashbrown 0.15.5: MIT OR Apache-2.0
  hashbrown 0.17.1: MIT OR Apache-2.0
  hashlink 0.10.0: MIT OR Apache-2.0
  heck 0.5.0: MIT OR Apache-2.0
  hex 0.4.3: MIT OR Apache-2.0
  hkdf 0.13.0: MIT OR Apache-2.0
  hmac 0.13.0: MIT OR Apache-2.0
  http 1.5.0: MIT OR Apache-2.0
  http-body 1.1.0: MIT
  http-body-util 0.1.5: MIT
  httparse 1.10.1: MIT OR Apache-2.0
  httpdate 1.0.3: MIT OR Apache-2.0
  hybrid-array 0.4.15: MIT OR Apache-2.0
  hyper 1.12.0: MIT
  hyper-rustls 0.27.10: Apache-2.0 OR ISC OR MIT
  hyper-util 0.1.21: MIT
  ics 0.5.8: MIT OR Apache-2.0
  icu_collections 2.4.0: Unicode-3.0
  icu_locale_core 2.4.0: Unicode-3.0
  icu_normalizer 2.4.0: Unicode-3.0
  icu_normalizer_data 2.4.0: Unicode-3.0
  icu_properties 2.4.0: Unicode-3.0
  icu_properties_data 2.4.0: Unicode-3.0
  icu_provider 2.4.0: Unicode-3.0
  idna 1.1.0: MIT OR Apache-2.0
  idna_adapter 1.2.2: Apache-2.0 OR MIT
  indexmap 2.14.2: Apache-2.0 OR MIT
  infer 0.22.0: MIT
  inout 0.2.5: MIT OR Apache-2.0
  intl-memoizer 0.5.3: Apache-2.0 OR MIT
  intl_pluralrules 7.0.2: Apache-2.0/MIT
  ipnet 2.12.2: MIT OR Apache-2.0
  itoa 1.0.19: MIT OR Apache-2.0
  javascriptcore-rs 1.1.2: MIT
  javascriptcore-rs-sys 1.1.1: MIT
  json-patch 4.2.0: MIT/Apache-2.0
  jsonptr 0.7.1: MIT OR Apache-2.0
  k256 0.14.0: Apache-2.0 OR MIT
  keyboard-types 0.8.3: MIT OR Apache-2.0
  keyring 4.2.0: MIT OR Apache-2.0
  keyring-core 1.0.1: MIT OR Apache-2.0
  libc 0.2.191: MIT OR Apache-2.0
  libsqlite3-sys 0.35.0: MIT
  linux-raw-sys 0.12.1: Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT
  litemap 0.8.3: Unicode-3.0
  lock_api 0.4.14: MIT OR Apache-2.0
  log 0.4.35: MIT OR Apache-2.0
  mach2 0.7.0: BSD-2-Clause OR MIT OR Apache-2.0
  memchr 2.8.3: Unlicense OR MIT
  memoffset 0.9.1: MIT
  mime 0.3.18: MIT OR Apache-2.0
  miniz_oxide 0.8.9: MIT OR Zlib OR Apache-2.0
  miniz_oxide 0.9.1: MIT OR Zlib OR Apache-2.0
  mio 1.2.5: MIT
  muda 0.20.0: Apache-2.0 OR MIT
  nom 8.0.0: MIT
  num 0.4.3: MIT OR Apache-2.0
  num-bigint 0.4.8: MIT OR Apache-2.0
  num-complex 0.4.6: MIT OR Apache-2.0
  num-conv 0.2.2: MIT OR Apache-2.0
  num-integer 0.1.47: MIT OR Apache-2.0
  num-iter 0.1.46: MIT OR Apache-2.0
  num-rational 0.4.2: MIT OR Apache-2.0
  num-traits 0.2.19: MIT OR Apache-2.0
  objc2 0.6.5: MIT
  objc2-app-kit 0.3.2: Zlib OR Apache-2.0 OR MIT
  objc2-core-foundation 0.3.2: Zlib OR Apache-2.0 OR MIT
  objc2-core-graphics 0.3.2: Zlib OR Apache-2.0 OR MIT
  objc2-encode 4.1.0: MIT
  objc2-exception-helper 0.1.1: Zlib OR Apache-2.0 OR MIT
  objc2-foundation 0.3.2: MIT
  objc2-quartz-core 0.3.2: Zlib OR Apache-2.0 OR MIT
  objc2-web-kit 0.3.2: Zlib OR Apache-2.0 OR MIT
  once_cell 1.21.4: MIT OR Apache-2.0
  openssl-probe 0.2.2: MIT OR Apache-2.0
  option-ext 0.2.0: MPL-2.0
  ordered-stream 0.2.0: MIT OR Apache-2.0
  os_pipe 1.2.3: MIT
  p256 0.14.0: Apache-2.0 OR MIT
  pango 0.18.3: MIT
  pango-sys 0.18.0: MIT
  parking 2.2.1: Apache-2.0 OR MIT
  parking_lot 0.12.5: MIT OR Apache-2.0
  parking_lot_core 0.9.12: MIT OR Apache-2.0
  pbkdf2 0.13.0: MIT OR Apache-2.0
  percent-encoding 2.3.2: MIT OR Apache-2.0
  petgraph 0.8.3: MIT OR Apache-2.0
  phf 0.13.1: MIT
  phf_shared 0.13.1: MIT
  pin-project-lite 0.2.18: Apache-2.0 OR MIT
  piper 0.2.5: MIT OR Apache-2.0
  pkcs5 0.8.1: Apache-2.0 OR MIT
  pkcs8 0.11.0: Apache-2.0 OR MIT
  plist 1.10.3: MIT
  png 0.18.1: MIT OR Apache-2.0
  polling 3.11.0: Apache-2.0 OR MIT
  polyval 0.7.3: Apache-2.0 OR MIT
  potential_utf 0.1.6: Unicode-3.0
  powerfmt 0.2.1: MIT OR Apache-2.0
  primefield 0.14.0: Apache-2.0 OR MIT
  primeorder 0.14.0: Apache-2.0 OR MIT
  proc-macro2 1.0.107: MIT OR Apache-2.0
  quick-xml 0.42.0: MIT
  quote 1.0.47: MIT OR Apache-2.0
  rand_core 0.10.1: MIT OR Apache-2.0
  raw-window-handle 0.6.2: MIT OR Apache-2.0 OR Zlib
  regex 1.13.2: MIT OR Apache-2.0
  regex-automata 0.4.19: MIT OR Apache-2.0
  regex-syntax 0.8.12: MIT OR Apache-2.0
  region 4.0.1: MIT
  reqwest 0.13.5: MIT OR Apache-2.0
  rfc6979 0.6.0: Apache-2.0 OR MIT
  ring 0.17.14: Apache-2.0 AND ISC
  rusqlite 0.37.0: MIT
  rustc-hash 2.1.3: Apache-2.0 OR MIT
  rustix 1.1.6: Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT
  rustls 0.23.46: Apache-2.0 OR ISC OR MIT
  rustls-native-certs 0.8.5: Apache-2.0 OR ISC OR MIT
  rustls-pki-types 1.16.0: MIT OR Apache-2.0
  rustls-platform-verifier 0.7.1: MIT OR Apache-2.0
  rustls-webpki 0.103.17: ISC
  ryu 1.0.23: Apache-2.0 OR BSL-1.0
  salsa20 0.11.0: MIT OR Apache-2.0
  same-file 1.0.6: Unlicense/MIT
  scopeguard 1.2.0: MIT OR Apache-2.0
  scrypt 0.12.0: MIT OR Apache-2.0
  sec1 0.8.1: Apache-2.0 OR MIT
  secret-service 5.2.0: MIT OR Apache-2.0
  security-framework 3.7.0: MIT OR Apache-2.0
  security-framework-sys 2.17.0: MIT OR Apache-2.0
  self_cell 1.3.0: Apache-2.0 OR GPL-2.0-only
  semver 1.0.28: MIT OR Apache-2.0
  serde 1.0.229: MIT OR Apache-2.0
  serde-untagged 0.1.9: MIT OR Apache-2.0
  serde_core 1.0.229: MIT OR Apache-2.0
  serde_json 1.0.154: MIT OR Apache-2.0
  serde_spanned 1.1.3: MIT OR Apache-2.0
  serde_with 3.24.0: MIT OR Apache-2.0
  serialize-to-javascript 0.1.2: MIT OR Apache-2.0
  sha2 0.11.1: MIT OR Apache-2.0
  signal-hook-registry 1.4.8: MIT OR Apache-2.0
  signature 3.0.0: Apache-2.0 OR MIT
  simd-adler32 0.3.10: MIT
  siphasher 1.0.4: MIT OR Apache-2.0
  slab 0.4.12: MIT
  smallvec 1.16.6: MIT OR Apache-2.0
  socket2 0.6.5: MIT OR Apache-2.0
  softbuffer 0.4.8: MIT OR Apache-2.0
  soup3 0.5.0: MIT
  soup3-sys 0.5.0: MIT
  spki 0.8.1: Apache-2.0 OR MIT
  stable_deref_trait 1.2.1: MIT OR Apache-2.0
  subtle 2.6.1: BSD-3-Clause
  syn 3.0.10: MIT OR Apache-2.0
  sync_wrapper 1.0.2: Apache-2.0
  sys-locale 0.3.2: MIT OR Apache-2.0
  system-configuration 0.7.0: MIT OR Apache-2.0
  system-configuration-sys 0.6.0: MIT OR Apache-2.0
  tao 0.37.2: Apache-2.0
  tauri 2.12.5: Apache-2.0 OR MIT
  tauri-plugin-single-instance 2.5.5: Apache-2.0 OR MIT
  tauri-runtime 2.12.2: Apache-2.0 OR MIT
  tauri-runtime-wry 2.12.3: Apache-2.0 OR MIT
  tauri-utils 2.10.2: Apache-2.0 OR MIT
  thiserror 1.0.69: MIT OR Apache-2.0
  thiserror 2.0.21: MIT OR Apache-2.0
  time 0.3.55: MIT OR Apache-2.0
  time-core 0.1.9: MIT OR Apache-2.0
  tinystr 0.8.5: Unicode-3.0
  tokio 1.54.1: MIT
  tokio-rustls 0.26.6: MIT OR Apache-2.0
  toml 1.2.1+spec-1.1.0: MIT OR Apache-2.0
  toml_datetime 1.1.3+spec-1.1.0: MIT OR Apache-2.0
  toml_parser 1.1.5+spec-1.1.0: MIT OR Apache-2.0
  toml_writer 1.2.0+spec-1.1.0: MIT OR Apache-2.0
  tower 0.5.3: MIT
  tower-http 0.6.11: MIT
  tower-layer 0.3.3: MIT
  tower-service 0.3.3: MIT
  tracing 0.1.44: MIT
  tracing-core 0.1.36: MIT
  tree_magic_mini 3.2.2: MIT
  try-lock 0.2.5: MIT
  type-map 0.5.1: MIT/Apache-2.0
  typeid 1.0.3: MIT OR Apache-2.0
  typenum 1.20.1: MIT OR Apache-2.0
  unic-langid 0.9.6: MIT OR Apache-2.0
  unic-langid-impl 0.9.6: MIT OR Apache-2.0
  unicode-ident 1.0.27: (MIT OR Apache-2.0) AND Unicode-3.0
  unicode-segmentation 1.13.3: MIT OR Apache-2.0
  universal-hash 0.6.1: MIT OR Apache-2.0
  untrusted 0.9.0: ISC
  url 2.5.8: MIT OR Apache-2.0
  urlpattern 0.6.0: MIT
  utf8_iter 1.1.0: Apache-2.0 OR MIT
  utf_types 1.0.0: Apache-2.0 OR MIT
  uuid 1.29.3: Apache-2.0 OR MIT
  walkdir 2.5.0: Unlicense/MIT
  want 0.3.2: MIT
  wayland-backend 0.3.17: MIT
  wayland-client 0.31.15: MIT
  wayland-protocols 0.32.13: MIT
  wayland-protocols-wlr 0.3.12: MIT
  wayland-sys 0.31.11: MIT
  web-time 1.1.0: MIT OR Apache-2.0
  webkit2gtk 2.0.2: MIT
  webkit2gtk-sys 2.0.2: MIT
  webview2-com 0.39.1: MIT
  webview2-com-sys 0.39.1: MIT
  winapi-util 0.1.11: Unlicense OR MIT
  window-vibrancy 0.8.1: Apache-2.0 OR MIT
  windows 0.62.2: MIT OR Apache-2.0
  windows-collections 0.3.2: MIT OR Apache-2.0
  windows-core 0.62.2: MIT OR Apache-2.0
  windows-future 0.3.2: MIT OR Apache-2.0
  windows-link 0.2.1: MIT OR Apache-2.0
  windows-native-keyring-store 1.1.0: MIT OR Apache-2.0
  windows-numerics 0.3.1: MIT OR Apache-2.0
  windows-registry 0.6.1: MIT OR Apache-2.0
  windows-result 0.4.1: MIT OR Apache-2.0
  windows-strings 0.5.1: MIT OR Apache-2.0
  windows-sys 0.61.2: MIT OR Apache-2.0
  windows-threading 0.2.1: MIT OR Apache-2.0
  windows-version 0.1.7: MIT OR Apache-2.0
  winnow 1.0.5: MIT
  wl-clipboard-rs 0.9.5: MIT OR Apache-2.0
  wnaf 0.14.1: Apache-2.0 OR MIT
  writeable 0.6.4: Unicode-3.0
  wry 0.57.1: Apache-2.0 OR MIT
  x11 2.21.0: MIT
  x11-dl 2.21.0: MIT
  x11rb 0.13.2: MIT OR Apache-2.0
  x11rb-protocol 0.13.2: MIT OR Apache-2.0
  yoke 0.8.4: Unicode-3.0
  zbus 5.19.0: MIT
  zbus-secret-service-keyring-store 1.0.1: MIT OR Apache-2.0
  zbus_names 4.3.5: MIT
  zcheapstr 1.2.0: MIT
  zerofrom 0.1.8: Unicode-3.0
  zeroize 1.9.2: Apache-2.0 OR MIT
  zeroizing-alloc 0.1.1: MIT OR Apache-2.0
  zerotrie 0.2.5: Unicode-3.0
  zerovec 0.11.9: Unicode-3.0
  zmij 1.0.23: MIT
  zvariant 5.15.1: MIT
  zvariant_utils 4.2.0: MIT

These come without a text of their licence; it is the one named above:

  alloc-stdlib, block2, clipboard-win, dispatch2, dlopen2, fluent-langneg, intl_pluralrules, objc2, objc2-app-kit, objc2-core-foundation, objc2-core-graphics, objc2-encode, objc2-exception-helper, objc2-foundation, objc2-quartz-core, objc2-web-kit, webview2-com, webview2-com-sys

────────────────────────────────────────────────────────────────────────

adler2 2.0.1, anyhow 1.0.104, async-channel 2.5.0, async-executor 1.14.1, async-io 2.6.0, async-lock 3.5.0, async-process 2.5.0, async-signal 0.2.14, async-task 4.7.1, atk 0.18.2, atk-sys 0.18.2, atomic-waker 1.1.2, blocking 1.7.0, cairo-rs 0.18.5, cairo-sys-rs 0.18.2, concurrent-queue 2.5.0, ctor 1.0.13, endi 1.1.1, erased-serde 0.4.11, event-listener 5.4.2, event-listener-strategy 0.5.4, fastrand 2.5.0, fdeflate 0.3.7, futures-lite 2.6.1, gdk 0.18.2, gdk-pixbuf 0.18.5, gdk-pixbuf-sys 0.18.0, gdk-sys 0.18.2, gdkwayland-sys 0.18.2, gdkx11 0.18.2, gdkx11-sys 0.18.2, gio 0.18.4, gio-sys 0.18.1, glib 0.18.5, glib-sys 0.18.1, gobject-sys 0.18.0, group 0.14.0, gtk 0.18.2, gtk-sys 0.18.2, itoa 1.0.19, linux-raw-sys 0.12.1, once_cell 1.21.4, ordered-stream 0.2.0, os_pipe 1.2.3, pango 0.18.3, pango-sys 0.18.0, parking 2.2.1, pin-project-lite 0.2.18, piper 0.2.5, polling 3.11.0, proc-macro2 1.0.107, quote 1.0.47, rustc-hash 2.1.3, rustix 1.1.6, semver 1.0.28, serde 1.0.229, serde-untagged 0.1.9, serde_core 1.0.229, serde_json 1.0.154, siphasher 1.0.4, syn 3.0.10, thiserror 1.0.69, thiserror 2.0.21, typeid 1.0.3, unic-langid 0.9.6, unic-langid-impl 0.9.6, unicode-ident 1.0.27, winnow 1.0.5, x11 2.21.0, x11-dl 2.21.0, zmij 1.0.23, zvariant_utils 4.2.0:
brotli 9.1.1:
  Copyright (c) 2009, 2010, 2013-2016 by the Brotli Authors.
core-foundation 0.10.1, core-foundation 0.9.4, core-foundation-sys 0.8.7, core-graphics 0.25.0, core-graphics-types 0.2.0:
  Copyright (c) 2012-2013 Mozilla Foundation
hex 0.4.3:
  Copyright (c) 2013-2014 The Rust Project Developers.
  Copyright (c) 2015-2020 The rust-hex Developers
form_urlencoded 1.2.2:
  Copyright (c) 2013-2016 The rust-url developers
javascriptcore-rs-sys 1.1.1, soup3 0.5.0, soup3-sys 0.5.0:
  Copyright (c) 2013-2017, The Gtk-rs Project Developers.
javascriptcore-rs 1.1.2:
  Copyright (c) 2013-2021, The Gtk-rs Project Developers.
  Copyright (c) 2021, Tauri Programme within The Commons Conservancy.
idna 1.1.0, percent-encoding 2.3.2, url 2.5.8:
  Copyright (c) 2013-2025 The rust-url developers
cfg-if 1.0.5, openssl-probe 0.2.2, socket2 0.6.5:
  Copyright (c) 2014 Alex Crichton
mio 1.2.5:
  Copyright (c) 2014 Carl Lerche and other MIO contributors
errno 0.3.15:
  Copyright (c) 2014 Chris Wong
typenum 1.20.1:
  Copyright (c) 2014 Paho Lurie-Gregg
mime 0.3.18:
  Copyright (c) 2014 Sean McArthur
base64ct 1.8.3:
  Copyright (c) 2014 Steve "Sc00bz" Thomas (steve at tobtu dot com)
  Copyright (c) 2021-2025 The RustCrypto Project Developers
base16ct 1.0.0:
  Copyright (c) 2014 Steve "Sc00bz" Thomas (steve at tobtu dot com)
  Copyright (c) 2022-2025 The RustCrypto Project Developers
bitflags 1.3.2, bitflags 2.13.2, glob 0.3.4, log 0.4.35, num 0.4.3, num-bigint 0.4.8, num-complex 0.4.6, num-integer 0.1.47, num-iter 0.1.46, num-rational 0.4.2, num-traits 0.2.19, regex 1.13.2, regex-automata 0.4.19, regex-syntax 0.8.12:
  Copyright (c) 2014 The Rust Project Developers
uuid 1.29.3:
  Copyright (c) 2014 The Rust Project Developers
  Copyright (c) 2018 Ashley Mannix, Christopher Armstrong, Dylan DPC, Hunar Roop Kahlon
libsqlite3-sys 0.35.0, rusqlite 0.37.0:
  Copyright (c) 2014 The rusqlite developers
nom 8.0.0:
  Copyright (c) 2014-2019 Geoffroy Couprie
phf 0.13.1, phf_shared 0.13.1:
  Copyright (c) 2014-2022 Steven Fackler, Yuki Okushi
flate2 1.1.11:
  Copyright (c) 2014-2026 Alex Crichton
hyper 1.12.0:
  Copyright (c) 2014-2026 Sean McArthur
petgraph 0.8.3, serde_with 3.24.0:
  Copyright (c) 2015
aho-corasick 1.1.5, byteorder 1.5.0, csv 1.4.0, csv-core 0.1.13, memchr 2.8.3, walkdir 2.5.0:
  Copyright (c) 2015 Andrew Gallant
plist 1.10.3:
  Copyright (c) 2015 Edward Barnard
wayland-backend 0.3.17, wayland-client 0.31.15, wayland-protocols 0.32.13, wayland-protocols-wlr 0.3.12, wayland-sys 0.31.11:
  Copyright (c) 2015 Elinor Berger
security-framework 3.7.0, security-framework-sys 2.17.0:
  Copyright (c) 2015 Steven Fackler
heck 0.5.0, unicode-segmentation 1.13.3:
  Copyright (c) 2015 The Rust Project Developers
fallible-iterator 0.3.0:
  Copyright (c) 2015 The rust-openssl-verify Developers
png 0.18.1:
  Copyright (c) 2015 nwin
fixedbitset 0.5.9:
  Copyright (c) 2015-2017
hkdf 0.13.0:
  Copyright (c) 2015-2018 Vlad Filippov
  Copyright (c) 2018-2021 RustCrypto Developers
httparse 1.10.1:
  Copyright (c) 2015-2025 Sean McArthur
futures-channel 0.3.34, futures-core 0.3.34, futures-executor 0.3.34, futures-io 0.3.34, futures-task 0.3.34, futures-util 0.3.34:
  Copyright (c) 2016 Alex Crichton
  Copyright (c) 2017 The Tokio Authors
hashbrown 0.15.5, hashbrown 0.17.1:
  Copyright (c) 2016 Amanieu d'Antras
webkit2gtk-sys 2.0.2:
  Copyright (c) 2016 Boucher, Antoni <bouanto@zoho.com>
webkit2gtk 2.0.2:
  Copyright (c) 2016 Boucher, Antoni <bouanto@zoho.com>
  Copyright (c) 2017-2021, The Gtk-rs Project Developers.
  Copyright (c) 2021, Tauri Programme within The Commons Conservancy
region 4.0.1:
  Copyright (c) 2016 Elliott Linder
quick-xml 0.42.0:
  Copyright (c) 2016 Johann Tuffe
hyper-rustls 0.27.10, rustls 0.23.46, rustls-native-certs 0.8.5:
  Copyright (c) 2016 Joseph Birr-Pixton <jpixton@gmail.com>
httpdate 1.0.3:
  Copyright (c) 2016 Pyfisch
lock_api 0.4.14, parking_lot 0.12.5, parking_lot_core 0.9.12:
  Copyright (c) 2016 The Rust Project Developers
fallible-streaming-iterator 0.1.9:
  Copyright (c) 2016 The fallible-streaming-iterator Developers
apple-native-keyring-store 1.0.2, keyring 4.2.0, keyring-core 1.0.1, windows-native-keyring-store 1.1.0, zbus-secret-service-keyring-store 1.0.1:
  Copyright (c) 2016 keyring Developers
indexmap 2.14.2:
  Copyright (c) 2016--2017
equivalent 1.0.3:
  Copyright (c) 2016--2023
scopeguard 1.2.0:
  Copyright (c) 2016-2019 Ulrik Sverdrup "bluss" and scopeguard developers
field-offset 0.3.6:
  Copyright (c) 2016-2021 Diggory Blake, and other contributors.
cipher 0.5.2:
  Copyright (c) 2016-2025 RustCrypto Developers
reqwest 0.13.5:
  Copyright (c) 2016-2026 Sean McArthur
sha2 0.11.1:
  Copyright (c) 2016-2026 The RustCrypto Project Developers
  Copyright (c) 2016 Artyom Pavlov
  Copyright (c) 2009-2013 Mozilla Foundation
  Copyright (c) 2006-2009 Graydon Hoare
tauri 2.12.5, tauri-runtime 2.12.2, tauri-runtime-wry 2.12.3, tauri-utils 2.10.2:
  Copyright (c) 2017 - Present Tauri Apps Contributors
tauri-plugin-single-instance 2.5.5:
  Copyright (c) 2017 - Present The Tauri Programme in the Commons Conservancy
tree_magic_mini 3.2.2:
  Copyright (c) 2017 Aaron Hancock
same-file 1.0.6, winapi-util 0.1.11:
  Copyright (c) 2017 Andrew Gallant
hmac 0.13.0:
  Copyright (c) 2017 Artyom Pavlov
pbkdf2 0.13.0:
  Copyright (c) 2017 Artyom Pavlov
  Copyright (c) 2018-2023 The RustCrypto Project Developers
fnv 1.0.7:
  Copyright (c) 2017 Contributors
memoffset 0.9.1:
  Copyright (c) 2017 Gilad Naaman
json-patch 4.2.0:
  Copyright (c) 2017 Ivan Dubrov
cfb 0.14.0:
  Copyright (c) 2017 Matthew D. Steele
keyboard-types 0.8.3:
  Copyright (c) 2017 Pyfisch
stable_deref_trait 1.2.1:
  Copyright (c) 2017 Robert Grosse
ff 0.14.0:
  Copyright (c) 2017 Sean Bowe
cookie 0.18.2:
  Copyright (c) 2017 Sergio Benitez
  Copyright (c) 2014 Alex Crichton
foreign-types 0.5.0, foreign-types-shared 0.3.1:
  Copyright (c) 2017 The foreign-types Developers
http 1.5.0:
  Copyright (c) 2017 http-rs authors
tokio-rustls 0.26.6:
  Copyright (c) 2017 quininer kel
signal-hook-registry 1.4.8:
  Copyright (c) 2017 tokio-jsonrpc developers
enumflags2 0.7.12:
  Copyright (c) 2017-2023 Maik Klein, Maja Kądziołka
digest 0.11.3:
  Copyright (c) 2017-2025 RustCrypto Developers
  Copyright (c) 2017 Artyom Pavlov
bytes 1.12.2:
  Copyright (c) 2018 Carl Lerche
crc32fast 1.5.5:
  Copyright (c) 2018 Sam Rijs, Alex Crichton and contributors
smallvec 1.16.6:
  Copyright (c) 2018 The Servo Project Developers
want 0.3.2:
  Copyright (c) 2018-2019 Sean McArthur
dirs 7.0.0, dirs-sys 0.5.0:
  Copyright (c) 2018-2019 dirs-rs contributors
cbc 0.2.1, ctr 0.10.1:
  Copyright (c) 2018-2022 RustCrypto Developers
  Copyright (c) 2018 Artyom Pavlov
try-lock 0.2.5:
  Copyright (c) 2018-2023 Sean McArthur
  Copyright (c) 2016 Alex Crichton
aes 0.9.4:
  Copyright (c) 2018-2024 The RustCrypto Project Developers
  Copyright (c) 2018 Artyom Pavlov
getrandom 0.2.17:
  Copyright (c) 2018-2024 The rust-random Project Developers
  Copyright (c) 2014 The Rust Project Developers
block-buffer 0.12.1, block-padding 0.4.2:
  Copyright (c) 2018-2025 The RustCrypto Project Developers
getrandom 0.3.4:
  Copyright (c) 2018-2025 The rust-random Project Developers
  Copyright (c) 2014 The Rust Project Developers
ecdsa 0.17.0, ed25519 3.0.0, rfc6979 0.6.0, signature 3.0.0:
  Copyright (c) 2018-2026 RustCrypto Developers
rand_core 0.10.1:
  Copyright (c) 2018-2026 The Rand Project Developers
zeroize 1.9.2:
  Copyright (c) 2018-2026 The RustCrypto Project Developers
getrandom 0.4.3:
  Copyright (c) 2018-2026 The rust-random Project Developers
  Copyright (c) 2014 The Rust Project Developers
infer 0.22.0:
  Copyright (c) 2019 Bojan
slab 0.4.12:
  Copyright (c) 2019 Carl Lerche
wl-clipboard-rs 0.9.5:
  Copyright (c) 2019 Ivan Molodetskikh
mach2 0.7.0:
  Copyright (c) 2019 Nick Fitzgerald, 2021 Yuki Okushi
raw-window-handle 0.6.2:
  Copyright (c) 2019 Osspial
crossbeam-channel 0.5.17, crossbeam-utils 0.8.23:
  Copyright (c) 2019 The Crossbeam Project Developers
tracing 0.1.44, tracing-core 0.1.36:
  Copyright (c) 2019 Tokio Contributors
tower 0.5.3, tower-layer 0.3.3, tower-service 0.3.3:
  Copyright (c) 2019 Tower Contributors
tower-http 0.6.11:
  Copyright (c) 2019-2021 Tower Contributors
universal-hash 0.6.1:
  Copyright (c) 2019-2025 RustCrypto Developers
http-body 1.1.0, http-body-util 0.1.5:
  Copyright (c) 2019-2026 Sean McArthur & Hyper Contributors
aes-gcm 0.11.1, ghash 0.6.0, polyval 0.7.3:
  Copyright (c) 2019-2026 The RustCrypto Project Developers
salsa20 0.11.0:
  Copyright (c) 2019-2026 The RustCrypto Project Developers
  Copyright (c) 2019 Eric McCorkle
aead 0.6.1:
  Copyright (c) 2019-2026 The RustCrypto Project Developers
  Copyright (c) 2019 MobileCoin, LLC
downcast-rs 1.2.1:
  Copyright (c) 2020 Ashish Myles and contributors
embed_plist 1.2.2:
  Copyright (c) 2020 Nikolai Vazquez
async-broadcast 0.7.2:
  Copyright (c) 2020 Yoshua Wuyts
window-vibrancy 0.8.1:
  Copyright (c) 2020-2022 Tauri Programme within The Commons Conservancy
wry 0.57.1:
  Copyright (c) 2020-2023 Ngo Iok Ui & Tauri Programme within The Commons Conservancy
primeorder 0.14.0:
  Copyright (c) 2020-2023 RustCrypto Developers
k256 0.14.0:
  Copyright (c) 2020-2024 RustCrypto Developers
elliptic-curve 0.14.3, p256 0.14.0:
  Copyright (c) 2020-2026 RustCrypto Developers
const-oid 0.10.3, cpufeatures 0.3.1, der 0.8.3, pkcs8 0.11.0:
  Copyright (c) 2020-2026 The RustCrypto Project Developers
sys-locale 0.3.2:
  Copyright (c) 2021 1Password
serialize-to-javascript 0.1.2:
  Copyright (c) 2021 Chip Reed
urlpattern 0.6.0:
  Copyright (c) 2021 the Deno authors
crypto-common 0.2.2:
  Copyright (c) 2021-2026 RustCrypto Developers
crypto-bigint 0.7.11, pkcs5 0.8.1, scrypt 0.12.0, sec1 0.8.1, spki 0.8.1:
  Copyright (c) 2021-2026 The RustCrypto Project Developers
rustls-platform-verifier 0.7.1:
  Copyright (c) 2022 1Password
jsonptr 0.7.1:
  Copyright (c) 2022 Chance Dinkins
arboard 3.7.0:
  Copyright (c) 2022 The Arboard contributors
muda 0.20.0:
  Copyright (c) 2022-2022 Tauri Programme within The Commons Conservancy
inout 0.2.5:
  Copyright (c) 2022-2025 The RustCrypto Project Developers
  Copyright (c) 2022 Artyom Pavlov
cmov 0.5.4, hybrid-array 0.4.15:
  Copyright (c) 2022-2026 The RustCrypto Project Developers
rustls-pki-types 1.16.0:
  Copyright (c) 2023 Dirkjan Ochtman <dirkjan@ochtman.nl>
powerfmt 0.2.1:
  Copyright (c) 2023 Jacob Pratt et al.
web-time 1.1.0:
  Copyright (c) 2023 dAxpeDDa
hyper-util 0.1.21:
  Copyright (c) 2023-2025 Sean McArthur
cpubits 0.1.1:
  Copyright (c) 2023-2026 The RustCrypto Project Developers
zeroizing-alloc 0.1.1:
  Copyright (c) 2024 1Password
deranged 0.5.9:
  Copyright (c) 2024 Jacob Pratt et al.
system-configuration 0.7.0, system-configuration-sys 0.6.0:
  Copyright (c) 2024 Mullvad VPN AB
zbus 5.19.0, zbus_names 4.3.5, zvariant 5.15.1:
  Copyright (c) 2024 Zeeshan Ali Khan & zbus contributors
primefield 0.14.0:
  Copyright (c) 2024-2026 RustCrypto Developers
base64 0.23.1:
  Copyright (c) 2025 Alice Maz, Marshall Pierce
secret-service 5.2.0:
  Copyright (c) 2025 secret-service Developers
ctutils 0.4.8:
  Copyright (c) 2025-2026 The RustCrypto Project Developers
wnaf 0.14.1:
  Copyright (c) 2026 RustCrypto Developers
  Copyright (c) 2018-2025 \`group\` crate developers
zcheapstr 1.2.0:
  Copyright (c) 2026 Zeeshan Ali Khan & zcheapstr contributors
serde_spanned 1.1.3, toml 1.2.1+spec-1.1.0, toml_datetime 1.1.3+spec-1.1.0, toml_parser 1.1.5+spec-1.1.0, toml_writer 1.2.0+spec-1.1.0:
  Copyright (c) Individual contributors
num-conv 0.2.2:
  Copyright (c) Jacob Pratt
time 0.3.55, time-core 0.1.9:
  Copyright (c) Jacob Pratt et al.
windows 0.62.2, windows-collections 0.3.2, windows-core 0.62.2, windows-future 0.3.2, windows-link 0.2.1, windows-numerics 0.3.1, windows-registry 0.6.1, windows-result 0.4.1, windows-strings 0.5.1, windows-sys 0.61.2, windows-threading 0.2.1, windows-version 0.1.7:
  Copyright (c) Microsoft Corporation.
libc 0.2.191:
  Copyright (c) The Rust Project Developers
idna_adapter 1.2.2:
  Copyright (c) The rust-url developers
tokio 1.54.1:
  Copyright (c) Tokio Contributors
simd-adler32 0.3.10:
  Copyright (c) [2021] [Marvin Countryman]
miniz_oxide 0.8.9, miniz_oxide 0.9.1:
  Copyright 2013-2014 RAD Game Tools and Valve Software
  Copyright 2010-2014 Rich Geldreich and Tenacious Software LLC
  Copyright (c) 2017 Frommi
  Copyright (c) 2017-2024 oyvindln
ipnet 2.12.2:
  Copyright 2017 Juniper Networks, Inc.
fluent-bundle 0.16.0, fluent-syntax 0.12.0, intl-memoizer 0.5.3:
  Copyright 2017 Mozilla
x11rb 0.13.2, x11rb-protocol 0.13.2:
  Copyright 2019 x11rb Contributers
softbuffer 0.4.8:
  Copyright 2022 Kirill Chibisov

Permission is hereby granted, free of charge, to any
person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the
Software without restriction, including without
limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of
the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following
conditions:

The above copyright notice and this permission notice
shall be included in all copies or substantial portions
of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF
ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED
TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A
PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT
SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION
OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
DEALINGS IN THE SOFTWARE.

────────────────────────────────────────────────────────────────────────

icu_collections 2.4.0, icu_locale_core 2.4.0, icu_normalizer 2.4.0, icu_normalizer_data 2.4.0, icu_properties 2.4.0, icu_properties_data 2.4.0, icu_provider 2.4.0, litemap 0.8.3, potential_utf 0.1.6, tinystr 0.8.5, writeable 0.6.4, yoke 0.8.4, zerofrom 0.1.8, zerotrie 0.2.5, zerovec 0.11.9:
  Copyright © 2020-2024 Unicode, Inc.

UNICODE LICENSE V3

COPYRIGHT AND PERMISSION NOTICE


NOTICE TO USER: Carefully read the following legal agreement. BY
DOWNLOADING, INSTALLING, COPYING OR OTHERWISE USING DATA FILES, AND/OR
SOFTWARE, YOU UNEQUIVOCALLY ACCEPT, AND AGREE TO BE BOUND BY, ALL OF THE
TERMS AND CONDITIONS OF THIS AGREEMENT. IF YOU DO NOT AGREE, DO NOT
DOWNLOAD, INSTALL, COPY, DISTRIBUTE OR USE THE DATA FILES OR SOFTWARE.

Permission is hereby granted, free of charge, to any person obtaining a
copy of data files and any associated documentation (the "Data Files") or
software and any associated documentation (the "Software") to deal in the
Data Files or Software without restriction, including without limitation
the rights to use, copy, modify, merge, publish, distribute, and/or sell
copies of the Data Files or Software, and to permit persons to whom the
Data Files or Software are furnished to do so, provided that either (a)
this copyright and permission notice appear with all copies of the Data
Files or Software, or (b) this copyright and permission notice appear in
associated Documentation.

THE DATA FILES AND SOFTWARE ARE PROVIDED "AS IS", WITHOUT WARRANTY OF ANY
KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT OF
THIRD PARTY RIGHTS.

IN NO EVENT SHALL THE COPYRIGHT HOLDER OR HOLDERS INCLUDED IN THIS NOTICE
BE LIABLE FOR ANY CLAIM, OR ANY SPECIAL INDIRECT OR CONSEQUENTIAL DAMAGES,
OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS,
WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION,
ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THE DATA
FILES OR SOFTWARE.

Except as contained in this notice, the name of a copyright holder shall
not be used in advertising or otherwise to promote the sale, use or other
dealings in these Data Files or Software without prior written
authorization of the copyright holder.

SPDX-License-Identifier: Unicode-3.0

—

Portions of ICU4X may have been adapted from ICU4C and/or ICU4J.
ICU 1.8.1 to ICU 57.1 © 1995-2016 International Business Machines Corporation and others.

────────────────────────────────────────────────────────────────────────

atk 0.18.2, cairo-rs 0.18.5, gdk 0.18.2, gdk-pixbuf 0.18.5, gdkx11 0.18.2, gio 0.18.4, glib 0.18.5, gtk 0.18.2, pango 0.18.3:

The gtk-rs Project is licensed under the MIT license, see the LICENSE file or
<http://opensource.org/licenses/MIT>.

Copyrights in the gtk-rs Project project are retained by their contributors.
No copyright assignment is required to contribute to the gtk-rs Project
project.

For full authorship information, see the version control history.

This project provides interoperability with various GNOME libraries but
doesn't distribute any parts of them. Distributing compiled libraries and
executables that link to those libraries may be subject to terms of the GNU
LGPL or other licenses. For more information check the license of each GNOME
library.

────────────────────────────────────────────────────────────────────────

@fluent/bundle 0.19.1, dpi 0.1.2, gethostname 1.1.0, self_cell 1.3.0, tao 0.37.2:
  (c) You must retain, in the Source form of any Derivative Works

                                 Apache License
                           Version 2.0, January 2004
                        http://www.apache.org/licenses/

   TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION

   1. Definitions.

      "License" shall mean the terms and conditions for use, reproduction,
      and distribution as defined by Sections 1 through 9 of this document.

      "Licensor" shall mean the copyright owner or entity authorized by
      the copyright owner that is granting the License.

      "Legal Entity" shall mean the union of the acting entity and all
      other entities that control, are controlled by, or are under common
      control with that entity. For the purposes of this definition,
      "control" means (i) the power, direct or indirect, to cause the
      direction or management of such entity, whether by contract or
      otherwise, or (ii) ownership of fifty percent (50%) or more of the
      outstanding shares, or (iii) beneficial ownership of such entity.

      "You" (or "Your") shall mean an individual or Legal Entity
      exercising permissions granted by this License.

      "Source" form shall mean the preferred form for making modifications,
      including but not limited to software source code, documentation
      source, and configuration files.

      "Object" form shall mean any form resulting from mechanical
      transformation or translation of a Source form, including but
      not limited to compiled object code, generated documentation,
      and conversions to other media types.

      "Work" shall mean the work of authorship, whether in Source or
      Object form, made available under the License, as indicated by a
      copyright notice that is included in or attached to the work
      (an example is provided in the Appendix below).

      "Derivative Works" shall mean any work, whether in Source or Object
      form, that is based on (or derived from) the Work and for which the
      editorial revisions, annotations, elaborations, or other modifications
      represent, as a whole, an original work of authorship. For the purposes
      of this License, Derivative Works shall not include works that remain
      separable from, or merely link (or bind by name) to the interfaces of,
      the Work and Derivative Works thereof.

      "Contribution" shall mean any work of authorship, including
      the original version of the Work and any modifications or additions
      to that Work or Derivative Works thereof, that is intentionally
      submitted to Licensor for inclusion in the Work by the copyright owner
      or by an individual or Legal Entity authorized to submit on behalf of
      the copyright owner. For the purposes of this definition, "submitted"
      means any form of electronic, verbal, or written communication sent
      to the Licensor or its representatives, including but not limited to
      communication on electronic mailing lists, source code control systems,
      and issue tracking systems that are managed by, or on behalf of, the
      Licensor for the purpose of discussing and improving the Work, but
      excluding communication that is conspicuously marked or otherwise
      designated in writing by the copyright owner as "Not a Contribution."

      "Contributor" shall mean Licensor and any individual or Legal Entity
      on behalf of whom a Contribution has been received by Licensor and
      subsequently incorporated within the Work.

   2. Grant of Copyright License. Subject to the terms and conditions of
      this License, each Contributor hereby grants to You a perpetual,
      worldwide, non-exclusive, no-charge, royalty-free, irrevocable
      copyright license to reproduce, prepare Derivative Works of,
      publicly display, publicly perform, sublicense, and distribute the
      Work and such Derivative Works in Source or Object form.

   3. Grant of Patent License. Subject to the terms and conditions of
      this License, each Contributor hereby grants to You a perpetual,
      worldwide, non-exclusive, no-charge, royalty-free, irrevocable
      (except as stated in this section) patent license to make, have made,
      use, offer to sell, sell, import, and otherwise transfer the Work,
      where such license applies only to those patent claims licensable
      by such Contributor that are necessarily infringed by their
      Contribution(s) alone or by combination of their Contribution(s)
      with the Work to which such Contribution(s) was submitted. If You
      institute patent litigation against any entity (including a
      cross-claim or counterclaim in a lawsuit) alleging that the Work
      or a Contribution incorporated within the Work constitutes direct
      or contributory patent infringement, then any patent licenses
      granted to You under this License for that Work shall terminate
      as of the date such litigation is filed.

   4. Redistribution. You may reproduce and distribute copies of the
      Work or Derivative Works thereof in any medium, with or without
      modifications, and in Source or Object form, provided that You
      meet the following conditions:

      (a) You must give any other recipients of the Work or
          Derivative Works a copy of this License; and

      (b) You must cause any modified files to carry prominent notices
          stating that You changed the files; and

          that You distribute, all copyright, patent, trademark, and
          attribution notices from the Source form of the Work,
          excluding those notices that do not pertain to any part of
          the Derivative Works; and

      (d) If the Work includes a "NOTICE" text file as part of its
          distribution, then any Derivative Works that You distribute must
          include a readable copy of the attribution notices contained
          within such NOTICE file, excluding those notices that do not
          pertain to any part of the Derivative Works, in at least one
          of the following places: within a NOTICE text file distributed
          as part of the Derivative Works; within the Source form or
          documentation, if provided along with the Derivative Works; or,
          within a display generated by the Derivative Works, if and
          wherever such third-party notices normally appear. The contents
          of the NOTICE file are for informational purposes only and
          do not modify the License. You may add Your own attribution
          notices within Derivative Works that You distribute, alongside
          or as an addendum to the NOTICE text from the Work, provided
          that such additional attribution notices cannot be construed
          as modifying the License.

      You may add Your own copyright statement to Your modifications and
      may provide additional or different license terms and conditions
      for use, reproduction, or distribution of Your modifications, or
      for any such Derivative Works as a whole, provided Your use,
      reproduction, and distribution of the Work otherwise complies with
      the conditions stated in this License.

   5. Submission of Contributions. Unless You explicitly state otherwise,
      any Contribution intentionally submitted for inclusion in the Work
      by You to the Licensor shall be under the terms and conditions of
      this License, without any additional terms or conditions.
      Notwithstanding the above, nothing herein shall supersede or modify
      the terms of any separate license agreement you may have executed
      with Licensor regarding such Contributions.

   6. Trademarks. This License does not grant permission to use the trade
      names, trademarks, service marks, or product names of the Licensor,
      except as required for reasonable and customary use in describing the
      origin of the Work and reproducing the content of the NOTICE file.

   7. Disclaimer of Warranty. Unless required by applicable law or
      agreed to in writing, Licensor provides the Work (and each
      Contributor provides its Contributions) on an "AS IS" BASIS,
      WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or
      implied, including, without limitation, any warranties or conditions
      of TITLE, NON-INFRINGEMENT, MERCHANTABILITY, or FITNESS FOR A
      PARTICULAR PURPOSE. You are solely responsible for determining the
      appropriateness of using or redistributing the Work and assume any
      risks associated with Your exercise of permissions under this License.

   8. Limitation of Liability. In no event and under no legal theory,
      whether in tort (including negligence), contract, or otherwise,
      unless required by applicable law (such as deliberate and grossly
      negligent acts) or agreed to in writing, shall any Contributor be
      liable to You for damages, including any direct, indirect, special,
      incidental, or consequential damages of any character arising as a
      result of this License or out of the use or inability to use the
      Work (including but not limited to damages for loss of goodwill,
      work stoppage, computer failure or malfunction, or any and all
      other commercial damages or losses), even if such Contributor
      has been advised of the possibility of such damages.

   9. Accepting Warranty or Additional Liability. While redistributing
      the Work or Derivative Works thereof, You may choose to offer,
      and charge a fee for, acceptance of support, warranty, indemnity,
      or other liability obligations and/or rights consistent with this
      License. However, in accepting such obligations, You may act only
      on Your own behalf and on Your sole responsibility, not on behalf
      of any other Contributor, and only if You agree to indemnify,
      defend, and hold each Contributor harmless for any liability
      incurred by, or claims asserted against, such Contributor by reason
      of your accepting any such warranty or additional liability.

   END OF TERMS AND CONDITIONS

   APPENDIX: How to apply the Apache License to your work.

      To apply the Apache License to your work, attach the following
      boilerplate notice, with the fields enclosed by brackets "[]"
      replaced with your own identifying information. (Don't include
      the brackets!)  The text should be enclosed in the appropriate
      comment syntax for the file format. We also recommend that a
      file or class name and description of purpose be included on the
      same "printed page" as the copyright notice for easier
      identification within third-party archives.

   Copyright [yyyy] [name of copyright owner]

   Licensed under the Apache License, Version 2.0 (the "License");
   you may not use this file except in compliance with the License.
   You may obtain a copy of the License at

       http://www.apache.org/licenses/LICENSE-2.0

   Unless required by applicable law or agreed to in writing, software
   distributed under the License is distributed on an "AS IS" BASIS,
   WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
   See the License for the specific language governing permissions and
   limitations under the License.

────────────────────────────────────────────────────────────────────────

ryu 1.0.23, sync_wrapper 1.0.2, unicode-ident 1.0.27:
  (c) You must retain, in the Source form of any Derivative Works

                              Apache License
                        Version 2.0, January 2004
                     http://www.apache.org/licenses/

TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION

1. Definitions.

   "License" shall mean the terms and conditions for use, reproduction,
   and distribution as defined by Sections 1 through 9 of this document.

   "Licensor" shall mean the copyright owner or entity authorized by
   the copyright owner that is granting the License.

   "Legal Entity" shall mean the union of the acting entity and all
   other entities that control, are controlled by, or are under common
   control with that entity. For the purposes of this definition,
   "control" means (i) the power, direct or indirect, to cause the
   direction or management of such entity, whether by contract or
   otherwise, or (ii) ownership of fifty percent (50%) or more of the
   outstanding shares, or (iii) beneficial ownership of such entity.

   "You" (or "Your") shall mean an individual or Legal Entity
   exercising permissions granted by this License.

   "Source" form shall mean the preferred form for making modifications,
   including but not limited to software source code, documentation
   source, and configuration files.

   "Object" form shall mean any form resulting from mechanical
   transformation or translation of a Source form, including but
   not limited to compiled object code, generated documentation,
   and conversions to other media types.

   "Work" shall mean the work of authorship, whether in Source or
   Object form, made available under the License, as indicated by a
   copyright notice that is included in or attached to the work
   (an example is provided in the Appendix below).

   "Derivative Works" shall mean any work, whether in Source or Object
   form, that is based on (or derived from) the Work and for which the
   editorial revisions, annotations, elaborations, or other modifications
   represent, as a whole, an original work of authorship. For the purposes
   of this License, Derivative Works shall not include works that remain
   separable from, or merely link (or bind by name) to the interfaces of,
   the Work and Derivative Works thereof.

   "Contribution" shall mean any work of authorship, including
   the original version of the Work and any modifications or additions
   to that Work or Derivative Works thereof, that is intentionally
   submitted to Licensor for inclusion in the Work by the copyright owner
   or by an individual or Legal Entity authorized to submit on behalf of
   the copyright owner. For the purposes of this definition, "submitted"
   means any form of electronic, verbal, or written communication sent
   to the Licensor or its representatives, including but not limited to
   communication on electronic mailing lists, source code control systems,
   and issue tracking systems that are managed by, or on behalf of, the
   Licensor for the purpose of discussing and improving the Work, but
   excluding communication that is conspicuously marked or otherwise
   designated in writing by the copyright owner as "Not a Contribution."

   "Contributor" shall mean Licensor and any individual or Legal Entity
   on behalf of whom a Contribution has been received by Licensor and
   subsequently incorporated within the Work.

2. Grant of Copyright License. Subject to the terms and conditions of
   this License, each Contributor hereby grants to You a perpetual,
   worldwide, non-exclusive, no-charge, royalty-free, irrevocable
   copyright license to reproduce, prepare Derivative Works of,
   publicly display, publicly perform, sublicense, and distribute the
   Work and such Derivative Works in Source or Object form.

3. Grant of Patent License. Subject to the terms and conditions of
   this License, each Contributor hereby grants to You a perpetual,
   worldwide, non-exclusive, no-charge, royalty-free, irrevocable
   (except as stated in this section) patent license to make, have made,
   use, offer to sell, sell, import, and otherwise transfer the Work,
   where such license applies only to those patent claims licensable
   by such Contributor that are necessarily infringed by their
   Contribution(s) alone or by combination of their Contribution(s)
   with the Work to which such Contribution(s) was submitted. If You
   institute patent litigation against any entity (including a
   cross-claim or counterclaim in a lawsuit) alleging that the Work
   or a Contribution incorporated within the Work constitutes direct
   or contributory patent infringement, then any patent licenses
   granted to You under this License for that Work shall terminate
   as of the date such litigation is filed.

4. Redistribution. You may reproduce and distribute copies of the
   Work or Derivative Works thereof in any medium, with or without
   modifications, and in Source or Object form, provided that You
   meet the following conditions:

   (a) You must give any other recipients of the Work or
       Derivative Works a copy of this License; and

   (b) You must cause any modified files to carry prominent notices
       stating that You changed the files; and

       that You distribute, all copyright, patent, trademark, and
       attribution notices from the Source form of the Work,
       excluding those notices that do not pertain to any part of
       the Derivative Works; and

   (d) If the Work includes a "NOTICE" text file as part of its
       distribution, then any Derivative Works that You distribute must
       include a readable copy of the attribution notices contained
       within such NOTICE file, excluding those notices that do not
       pertain to any part of the Derivative Works, in at least one
       of the following places: within a NOTICE text file distributed
       as part of the Derivative Works; within the Source form or
       documentation, if provided along with the Derivative Works; or,
       within a display generated by the Derivative Works, if and
       wherever such third-party notices normally appear. The contents
       of the NOTICE file are for informational purposes only and
       do not modify the License. You may add Your own attribution
       notices within Derivative Works that You distribute, alongside
       or as an addendum to the NOTICE text from the Work, provided
       that such additional attribution notices cannot be construed
       as modifying the License.

   You may add Your own copyright statement to Your modifications and
   may provide additional or different license terms and conditions
   for use, reproduction, or distribution of Your modifications, or
   for any such Derivative Works as a whole, provided Your use,
   reproduction, and distribution of the Work otherwise complies with
   the conditions stated in this License.

5. Submission of Contributions. Unless You explicitly state otherwise,
   any Contribution intentionally submitted for inclusion in the Work
   by You to the Licensor shall be under the terms and conditions of
   this License, without any additional terms or conditions.
   Notwithstanding the above, nothing herein shall supersede or modify
   the terms of any separate license agreement you may have executed
   with Licensor regarding such Contributions.

6. Trademarks. This License does not grant permission to use the trade
   names, trademarks, service marks, or product names of the Licensor,
   except as required for reasonable and customary use in describing the
   origin of the Work and reproducing the content of the NOTICE file.

7. Disclaimer of Warranty. Unless required by applicable law or
   agreed to in writing, Licensor provides the Work (and each
   Contributor provides its Contributions) on an "AS IS" BASIS,
   WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or
   implied, including, without limitation, any warranties or conditions
   of TITLE, NON-INFRINGEMENT, MERCHANTABILITY, or FITNESS FOR A
   PARTICULAR PURPOSE. You are solely responsible for determining the
   appropriateness of using or redistributing the Work and assume any
   risks associated with Your exercise of permissions under this License.

8. Limitation of Liability. In no event and under no legal theory,
   whether in tort (including negligence), contract, or otherwise,
   unless required by applicable law (such as deliberate and grossly
   negligent acts) or agreed to in writing, shall any Contributor be
   liable to You for damages, including any direct, indirect, special,
   incidental, or consequential damages of any character arising as a
   result of this License or out of the use or inability to use the
   Work (including but not limited to damages for loss of goodwill,
   work stoppage, computer failure or malfunction, or any and all
   other commercial damages or losses), even if such Contributor
   has been advised of the possibility of such damages.

9. Accepting Warranty or Additional Liability. While redistributing
   the Work or Derivative Works thereof, You may choose to offer,
   and charge a fee for, acceptance of support, warranty, indemnity,
   or other liability obligations and/or rights consistent with this
   License. However, in accepting such obligations, You may act only
   on Your own behalf and on Your sole responsibility, not on behalf
   of any other Contributor, and only if You agree to indemnify,
   defend, and hold each Contributor harmless for any liability
   incurred by, or claims asserted against, such Contributor by reason
   of your accepting any such warranty or additional liability.

END OF TERMS AND CONDITIONS

────────────────────────────────────────────────────────────────────────

alloc-no-stdlib 3.0.0, brotli 9.1.1, brotli-decompressor 6.3.0:
  Copyright (c) 2016 Dropbox, Inc.

All rights reserved.

Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the documentation and/or other materials provided with the distribution.

3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.

────────────────────────────────────────────────────────────────────────

subtle 2.6.1:
  Copyright (c) 2016-2017 Isis Agora Lovecruft, Henry de Valence. All rights reserved.
  Copyright (c) 2016-2024 Isis Agora Lovecruft. All rights reserved.
curve25519-dalek 5.0.0:
  Copyright (c) 2016-2021 isis agora lovecruft. All rights reserved.
  Copyright (c) 2016-2021 Henry de Valence. All rights reserved.
ed25519-dalek 3.0.0:
  Copyright (c) 2017-2019 isis agora lovecruft. All rights reserved.

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are
met:

1. Redistributions of source code must retain the above copyright
notice, this list of conditions and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright
notice, this list of conditions and the following disclaimer in the
documentation and/or other materials provided with the distribution.

3. Neither the name of the copyright holder nor the names of its
contributors may be used to endorse or promote products derived from
this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS
IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED
TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A
PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT
HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED
TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR
PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF
LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING
NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS
SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.

────────────────────────────────────────────────────────────────────────

error-code 3.4.0, ryu 1.0.23:

Boost Software License - Version 1.0 - August 17th, 2003

Permission is hereby granted, free of charge, to any person or organization
obtaining a copy of the software and accompanying documentation covered by
this license (the "Software") to use, reproduce, display, distribute,
execute, and transmit the Software, and to prepare derivative works of the
Software, and to permit third-parties to whom the Software is furnished to
do so, all subject to the following:

The copyright notices in the Software and this entire statement, including
the above license grant, this restriction and the following disclaimer,
must be included in all copies of the Software, in whole or in part, and
all derivative works of the Software, unless such copies or derivative
works are solely in the form of machine-executable object code generated by
a source language processor.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE, TITLE AND NON-INFRINGEMENT. IN NO EVENT
SHALL THE COPYRIGHT HOLDERS OR ANYONE DISTRIBUTING THE SOFTWARE BE LIABLE
FOR ANY DAMAGES OR OTHER LIABILITY, WHETHER IN CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
DEALINGS IN THE SOFTWARE.

────────────────────────────────────────────────────────────────────────

utf8_iter 1.1.0, utf_types 1.0.0:

Copyright Mozilla Foundation

Permission is hereby granted, free of charge, to any
person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the
Software without restriction, including without
limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of
the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following
conditions:

The above copyright notice and this permission notice
shall be included in all copies or substantial portions
of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF
ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED
TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A
PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT
SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION
OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
DEALINGS IN THE SOFTWARE.

────────────────────────────────────────────────────────────────────────

ring 0.17.14:
  (c) You must retain, in the Source form of any Derivative Works
  Copyright (c) 2009 The Go Authors. All rights reserved.
  Copyright 2015 The Chromium Authors. All rights reserved.

                                 Apache License
                           Version 2.0, January 2004
                        http://www.apache.org/licenses/

   TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION

   1. Definitions.

      "License" shall mean the terms and conditions for use, reproduction,
      and distribution as defined by Sections 1 through 9 of this document.

      "Licensor" shall mean the copyright owner or entity authorized by
      the copyright owner that is granting the License.

      "Legal Entity" shall mean the union of the acting entity and all
      other entities that control, are controlled by, or are under common
      control with that entity. For the purposes of this definition,
      "control" means (i) the power, direct or indirect, to cause the
      direction or management of such entity, whether by contract or
      otherwise, or (ii) ownership of fifty percent (50%) or more of the
      outstanding shares, or (iii) beneficial ownership of such entity.

      "You" (or "Your") shall mean an individual or Legal Entity
      exercising permissions granted by this License.

      "Source" form shall mean the preferred form for making modifications,
      including but not limited to software source code, documentation
      source, and configuration files.

      "Object" form shall mean any form resulting from mechanical
      transformation or translation of a Source form, including but
      not limited to compiled object code, generated documentation,
      and conversions to other media types.

      "Work" shall mean the work of authorship, whether in Source or
      Object form, made available under the License, as indicated by a
      copyright notice that is included in or attached to the work
      (an example is provided in the Appendix below).

      "Derivative Works" shall mean any work, whether in Source or Object
      form, that is based on (or derived from) the Work and for which the
      editorial revisions, annotations, elaborations, or other modifications
      represent, as a whole, an original work of authorship. For the purposes
      of this License, Derivative Works shall not include works that remain
      separable from, or merely link (or bind by name) to the interfaces of,
      the Work and Derivative Works thereof.

      "Contribution" shall mean any work of authorship, including
      the original version of the Work and any modifications or additions
      to that Work or Derivative Works thereof, that is intentionally
      submitted to Licensor for inclusion in the Work by the copyright owner
      or by an individual or Legal Entity authorized to submit on behalf of
      the copyright owner. For the purposes of this definition, "submitted"
      means any form of electronic, verbal, or written communication sent
      to the Licensor or its representatives, including but not limited to
      communication on electronic mailing lists, source code control systems,
      and issue tracking systems that are managed by, or on behalf of, the
      Licensor for the purpose of discussing and improving the Work, but
      excluding communication that is conspicuously marked or otherwise
      designated in writing by the copyright owner as "Not a Contribution."

      "Contributor" shall mean Licensor and any individual or Legal Entity
      on behalf of whom a Contribution has been received by Licensor and
      subsequently incorporated within the Work.

   2. Grant of Copyright License. Subject to the terms and conditions of
      this License, each Contributor hereby grants to You a perpetual,
      worldwide, non-exclusive, no-charge, royalty-free, irrevocable
      copyright license to reproduce, prepare Derivative Works of,
      publicly display, publicly perform, sublicense, and distribute the
      Work and such Derivative Works in Source or Object form.

   3. Grant of Patent License. Subject to the terms and conditions of
      this License, each Contributor hereby grants to You a perpetual,
      worldwide, non-exclusive, no-charge, royalty-free, irrevocable
      (except as stated in this section) patent license to make, have made,
      use, offer to sell, sell, import, and otherwise transfer the Work,
      where such license applies only to those patent claims licensable
      by such Contributor that are necessarily infringed by their
      Contribution(s) alone or by combination of their Contribution(s)
      with the Work to which such Contribution(s) was submitted. If You
      institute patent litigation against any entity (including a
      cross-claim or counterclaim in a lawsuit) alleging that the Work
      or a Contribution incorporated within the Work constitutes direct
      or contributory patent infringement, then any patent licenses
      granted to You under this License for that Work shall terminate
      as of the date such litigation is filed.

   4. Redistribution. You may reproduce and distribute copies of the
      Work or Derivative Works thereof in any medium, with or without
      modifications, and in Source or Object form, provided that You
      meet the following conditions:

      (a) You must give any other recipients of the Work or
          Derivative Works a copy of this License; and

      (b) You must cause any modified files to carry prominent notices
          stating that You changed the files; and

          that You distribute, all copyright, patent, trademark, and
          attribution notices from the Source form of the Work,
          excluding those notices that do not pertain to any part of
          the Derivative Works; and

      (d) If the Work includes a "NOTICE" text file as part of its
          distribution, then any Derivative Works that You distribute must
          include a readable copy of the attribution notices contained
          within such NOTICE file, excluding those notices that do not
          pertain to any part of the Derivative Works, in at least one
          of the following places: within a NOTICE text file distributed
          as part of the Derivative Works; within the Source form or
          documentation, if provided along with the Derivative Works; or,
          within a display generated by the Derivative Works, if and
          wherever such third-party notices normally appear. The contents
          of the NOTICE file are for informational purposes only and
          do not modify the License. You may add Your own attribution
          notices within Derivative Works that You distribute, alongside
          or as an addendum to the NOTICE text from the Work, provided
          that such additional attribution notices cannot be construed
          as modifying the License.

      You may add Your own copyright statement to Your modifications and
      may provide additional or different license terms and conditions
      for use, reproduction, or distribution of Your modifications, or
      for any such Derivative Works as a whole, provided Your use,
      reproduction, and distribution of the Work otherwise complies with
      the conditions stated in this License.

   5. Submission of Contributions. Unless You explicitly state otherwise,
      any Contribution intentionally submitted for inclusion in the Work
      by You to the Licensor shall be under the terms and conditions of
      this License, without any additional terms or conditions.
      Notwithstanding the above, nothing herein shall supersede or modify
      the terms of any separate license agreement you may have executed
      with Licensor regarding such Contributions.

   6. Trademarks. This License does not grant permission to use the trade
      names, trademarks, service marks, or product names of the Licensor,
      except as required for reasonable and customary use in describing the
      origin of the Work and reproducing the content of the NOTICE file.

   7. Disclaimer of Warranty. Unless required by applicable law or
      agreed to in writing, Licensor provides the Work (and each
      Contributor provides its Contributions) on an "AS IS" BASIS,
      WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or
      implied, including, without limitation, any warranties or conditions
      of TITLE, NON-INFRINGEMENT, MERCHANTABILITY, or FITNESS FOR A
      PARTICULAR PURPOSE. You are solely responsible for determining the
      appropriateness of using or redistributing the Work and assume any
      risks associated with Your exercise of permissions under this License.

   8. Limitation of Liability. In no event and under no legal theory,
      whether in tort (including negligence), contract, or otherwise,
      unless required by applicable law (such as deliberate and grossly
      negligent acts) or agreed to in writing, shall any Contributor be
      liable to You for damages, including any direct, indirect, special,
      incidental, or consequential damages of any character arising as a
      result of this License or out of the use or inability to use the
      Work (including but not limited to damages for loss of goodwill,
      work stoppage, computer failure or malfunction, or any and all
      other commercial damages or losses), even if such Contributor
      has been advised of the possibility of such damages.

   9. Accepting Warranty or Additional Liability. While redistributing
      the Work or Derivative Works thereof, You may choose to offer,
      and charge a fee for, acceptance of support, warranty, indemnity,
      or other liability obligations and/or rights consistent with this
      License. However, in accepting such obligations, You may act only
      on Your own behalf and on Your sole responsibility, not on behalf
      of any other Contributor, and only if You agree to indemnify,
      defend, and hold each Contributor harmless for any liability
      incurred by, or claims asserted against, such Contributor by reason
      of your accepting any such warranty or additional liability.

   END OF TERMS AND CONDITIONS

   APPENDIX: How to apply the Apache License to your work.

      To apply the Apache License to your work, attach the following
      boilerplate notice, with the fields enclosed by brackets "[]"
      replaced with your own identifying information. (Don't include
      the brackets!)  The text should be enclosed in the appropriate
      comment syntax for the file format. We also recommend that a
      file or class name and description of purpose be included on the
      same "printed page" as the copyright notice for easier
      identification within third-party archives.

   Copyright [yyyy] [name of copyright owner]

   Licensed under the Apache License, Version 2.0 (the "License");
   you may not use this file except in compliance with the License.
   You may obtain a copy of the License at

       http://www.apache.org/licenses/LICENSE-2.0

   Unless required by applicable law or agreed to in writing, software
   distributed under the License is distributed on an "AS IS" BASIS,
   WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
   See the License for the specific language governing permissions and
   limitations under the License.


Licenses for support code
-------------------------

Parts of the TLS test suite are under the Go license. This code is not included
in BoringSSL (i.e. libcrypto and libssl) when compiled, however, so
distributing code linked against BoringSSL does not trigger this license:


Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are
met:

   * Redistributions of source code must retain the above copyright
notice, this list of conditions and the following disclaimer.
   * Redistributions in binary form must reproduce the above
copyright notice, this list of conditions and the following disclaimer
in the documentation and/or other materials provided with the
distribution.
   * Neither the name of Google Inc. nor the names of its
contributors may be used to endorse or promote products derived from
this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS
"AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT
LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR
A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT
OWNER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT
LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE,
DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY
THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT
(INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.


BoringSSL uses the Chromium test infrastructure to run a continuous build,
trybots etc. The scripts which manage this, and the script for generating build
metadata, are under the Chromium license. Distributing code linked against
BoringSSL does not trigger this license.


Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are
met:

   * Redistributions of source code must retain the above copyright
notice, this list of conditions and the following disclaimer.
   * Redistributions in binary form must reproduce the above
copyright notice, this list of conditions and the following disclaimer
in the documentation and/or other materials provided with the
distribution.
   * Neither the name of Google Inc. nor the names of its
contributors may be used to endorse or promote products derived from
this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS
"AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT
LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR
A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT
OWNER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT
LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE,
DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY
THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT
(INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.

────────────────────────────────────────────────────────────────────────

self_cell 1.3.0:
  Copyright (C) 1989, 1991 Free Software Foundation, Inc.,
  Copyright (C) <year>  <name of author>

                    GNU GENERAL PUBLIC LICENSE
                       Version 2, June 1991

 51 Franklin Street, Fifth Floor, Boston, MA 02110-1301 USA
 Everyone is permitted to copy and distribute verbatim copies
 of this license document, but changing it is not allowed.

                            Preamble

  The licenses for most software are designed to take away your
freedom to share and change it.  By contrast, the GNU General Public
License is intended to guarantee your freedom to share and change free
software--to make sure the software is free for all its users.  This
General Public License applies to most of the Free Software
Foundation's software and to any other program whose authors commit to
using it.  (Some other Free Software Foundation software is covered by
the GNU Lesser General Public License instead.)  You can apply it to
your programs, too.

  When we speak of free software, we are referring to freedom, not
price.  Our General Public Licenses are designed to make sure that you
have the freedom to distribute copies of free software (and charge for
this service if you wish), that you receive source code or can get it
if you want it, that you can change the software or use pieces of it
in new free programs; and that you know you can do these things.

  To protect your rights, we need to make restrictions that forbid
anyone to deny you these rights or to ask you to surrender the rights.
These restrictions translate to certain responsibilities for you if you
distribute copies of the software, or if you modify it.

  For example, if you distribute copies of such a program, whether
gratis or for a fee, you must give the recipients all the rights that
you have.  You must make sure that they, too, receive or can get the
source code.  And you must show them these terms so they know their
rights.

  We protect your rights with two steps: (1) copyright the software, and
(2) offer you this license which gives you legal permission to copy,
distribute and/or modify the software.

  Also, for each author's protection and ours, we want to make certain
that everyone understands that there is no warranty for this free
software.  If the software is modified by someone else and passed on, we
want its recipients to know that what they have is not the original, so
that any problems introduced by others will not reflect on the original
authors' reputations.

  Finally, any free program is threatened constantly by software
patents.  We wish to avoid the danger that redistributors of a free
program will individually obtain patent licenses, in effect making the
program proprietary.  To prevent this, we have made it clear that any
patent must be licensed for everyone's free use or not licensed at all.

  The precise terms and conditions for copying, distribution and
modification follow.

                    GNU GENERAL PUBLIC LICENSE
   TERMS AND CONDITIONS FOR COPYING, DISTRIBUTION AND MODIFICATION

  0. This License applies to any program or other work which contains
a notice placed by the copyright holder saying it may be distributed
under the terms of this General Public License.  The "Program", below,
refers to any such program or work, and a "work based on the Program"
means either the Program or any derivative work under copyright law:
that is to say, a work containing the Program or a portion of it,
either verbatim or with modifications and/or translated into another
language.  (Hereinafter, translation is included without limitation in
the term "modification".)  Each licensee is addressed as "you".

Activities other than copying, distribution and modification are not
covered by this License; they are outside its scope.  The act of
running the Program is not restricted, and the output from the Program
is covered only if its contents constitute a work based on the
Program (independent of having been made by running the Program).
Whether that is true depends on what the Program does.

  1. You may copy and distribute verbatim copies of the Program's
source code as you receive it, in any medium, provided that you
conspicuously and appropriately publish on each copy an appropriate
copyright notice and disclaimer of warranty; keep intact all the
notices that refer to this License and to the absence of any warranty;
and give any other recipients of the Program a copy of this License
along with the Program.

You may charge a fee for the physical act of transferring a copy, and
you may at your option offer warranty protection in exchange for a fee.

  2. You may modify your copy or copies of the Program or any portion
of it, thus forming a work based on the Program, and copy and
distribute such modifications or work under the terms of Section 1
above, provided that you also meet all of these conditions:

    a) You must cause the modified files to carry prominent notices
    stating that you changed the files and the date of any change.

    b) You must cause any work that you distribute or publish, that in
    whole or in part contains or is derived from the Program or any
    part thereof, to be licensed as a whole at no charge to all third
    parties under the terms of this License.

    c) If the modified program normally reads commands interactively
    when run, you must cause it, when started running for such
    interactive use in the most ordinary way, to print or display an
    announcement including an appropriate copyright notice and a
    notice that there is no warranty (or else, saying that you provide
    a warranty) and that users may redistribute the program under
    these conditions, and telling the user how to view a copy of this
    License.  (Exception: if the Program itself is interactive but
    does not normally print such an announcement, your work based on
    the Program is not required to print an announcement.)

These requirements apply to the modified work as a whole.  If
identifiable sections of that work are not derived from the Program,
and can be reasonably considered independent and separate works in
themselves, then this License, and its terms, do not apply to those
sections when you distribute them as separate works.  But when you
distribute the same sections as part of a whole which is a work based
on the Program, the distribution of the whole must be on the terms of
this License, whose permissions for other licensees extend to the
entire whole, and thus to each and every part regardless of who wrote it.

Thus, it is not the intent of this section to claim rights or contest
your rights to work written entirely by you; rather, the intent is to
exercise the right to control the distribution of derivative or
collective works based on the Program.

In addition, mere aggregation of another work not based on the Program
with the Program (or with a work based on the Program) on a volume of
a storage or distribution medium does not bring the other work under
the scope of this License.

  3. You may copy and distribute the Program (or a work based on it,
under Section 2) in object code or executable form under the terms of
Sections 1 and 2 above provided that you also do one of the following:

    a) Accompany it with the complete corresponding machine-readable
    source code, which must be distributed under the terms of Sections
    1 and 2 above on a medium customarily used for software interchange; or,

    b) Accompany it with a written offer, valid for at least three
    years, to give any third party, for a charge no more than your
    cost of physically performing source distribution, a complete
    machine-readable copy of the corresponding source code, to be
    distributed under the terms of Sections 1 and 2 above on a medium
    customarily used for software interchange; or,

    c) Accompany it with the information you received as to the offer
    to distribute corresponding source code.  (This alternative is
    allowed only for noncommercial distribution and only if you
    received the program in object code or executable form with such
    an offer, in accord with Subsection b above.)

The source code for a work means the preferred form of the work for
making modifications to it.  For an executable work, complete source
code means all the source code for all modules it contains, plus any
associated interface definition files, plus the scripts used to
control compilation and installation of the executable.  However, as a
special exception, the source code distributed need not include
anything that is normally distributed (in either source or binary
form) with the major components (compiler, kernel, and so on) of the
operating system on which the executable runs, unless that component
itself accompanies the executable.

If distribution of executable or object code is made by offering
access to copy from a designated place, then offering equivalent
access to copy the source code from the same place counts as
distribution of the source code, even though third parties are not
compelled to copy the source along with the object code.

  4. You may not copy, modify, sublicense, or distribute the Program
except as expressly provided under this License.  Any attempt
otherwise to copy, modify, sublicense or distribute the Program is
void, and will automatically terminate your rights under this License.
However, parties who have received copies, or rights, from you under
this License will not have their licenses terminated so long as such
parties remain in full compliance.

  5. You are not required to accept this License, since you have not
signed it.  However, nothing else grants you permission to modify or
distribute the Program or its derivative works.  These actions are
prohibited by law if you do not accept this License.  Therefore, by
modifying or distributing the Program (or any work based on the
Program), you indicate your acceptance of this License to do so, and
all its terms and conditions for copying, distributing or modifying
the Program or works based on it.

  6. Each time you redistribute the Program (or any work based on the
Program), the recipient automatically receives a license from the
original licensor to copy, distribute or modify the Program subject to
these terms and conditions.  You may not impose any further
restrictions on the recipients' exercise of the rights granted herein.
You are not responsible for enforcing compliance by third parties to
this License.

  7. If, as a consequence of a court judgment or allegation of patent
infringement or for any other reason (not limited to patent issues),
conditions are imposed on you (whether by court order, agreement or
otherwise) that contradict the conditions of this License, they do not
excuse you from the conditions of this License.  If you cannot
distribute so as to satisfy simultaneously your obligations under this
License and any other pertinent obligations, then as a consequence you
may not distribute the Program at all.  For example, if a patent
license would not permit royalty-free redistribution of the Program by
all those who receive copies directly or indirectly through you, then
the only way you could satisfy both it and this License would be to
refrain entirely from distribution of the Program.

If any portion of this section is held invalid or unenforceable under
any particular circumstance, the balance of the section is intended to
apply and the section as a whole is intended to apply in other
circumstances.

It is not the purpose of this section to induce you to infringe any
patents or other property right claims or to contest validity of any
such claims; this section has the sole purpose of protecting the
integrity of the free software distribution system, which is
implemented by public license practices.  Many people have made
generous contributions to the wide range of software distributed
through that system in reliance on consistent application of that
system; it is up to the author/donor to decide if he or she is willing
to distribute software through any other system and a licensee cannot
impose that choice.

This section is intended to make thoroughly clear what is believed to
be a consequence of the rest of this License.

  8. If the distribution and/or use of the Program is restricted in
certain countries either by patents or by copyrighted interfaces, the
original copyright holder who places the Program under this License
may add an explicit geographical distribution limitation excluding
those countries, so that distribution is permitted only in or among
countries not thus excluded.  In such case, this License incorporates
the limitation as if written in the body of this License.

  9. The Free Software Foundation may publish revised and/or new versions
of the General Public License from time to time.  Such new versions will
be similar in spirit to the present version, but may differ in detail to
address new problems or concerns.

Each version is given a distinguishing version number.  If the Program
specifies a version number of this License which applies to it and "any
later version", you have the option of following the terms and conditions
either of that version or of any later version published by the Free
Software Foundation.  If the Program does not specify a version number of
this License, you may choose any version ever published by the Free Software
Foundation.

  10. If you wish to incorporate parts of the Program into other free
programs whose distribution conditions are different, write to the author
to ask for permission.  For software which is copyrighted by the Free
Software Foundation, write to the Free Software Foundation; we sometimes
make exceptions for this.  Our decision will be guided by the two goals
of preserving the free status of all derivatives of our free software and
of promoting the sharing and reuse of software generally.

                            NO WARRANTY

  11. BECAUSE THE PROGRAM IS LICENSED FREE OF CHARGE, THERE IS NO WARRANTY
FOR THE PROGRAM, TO THE EXTENT PERMITTED BY APPLICABLE LAW.  EXCEPT WHEN
OTHERWISE STATED IN WRITING THE COPYRIGHT HOLDERS AND/OR OTHER PARTIES
PROVIDE THE PROGRAM "AS IS" WITHOUT WARRANTY OF ANY KIND, EITHER EXPRESSED
OR IMPLIED, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF
MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE.  THE ENTIRE RISK AS
TO THE QUALITY AND PERFORMANCE OF THE PROGRAM IS WITH YOU.  SHOULD THE
PROGRAM PROVE DEFECTIVE, YOU ASSUME THE COST OF ALL NECESSARY SERVICING,
REPAIR OR CORRECTION.

  12. IN NO EVENT UNLESS REQUIRED BY APPLICABLE LAW OR AGREED TO IN WRITING
WILL ANY COPYRIGHT HOLDER, OR ANY OTHER PARTY WHO MAY MODIFY AND/OR
REDISTRIBUTE THE PROGRAM AS PERMITTED ABOVE, BE LIABLE TO YOU FOR DAMAGES,
INCLUDING ANY GENERAL, SPECIAL, INCIDENTAL OR CONSEQUENTIAL DAMAGES ARISING
OUT OF THE USE OR INABILITY TO USE THE PROGRAM (INCLUDING BUT NOT LIMITED
TO LOSS OF DATA OR DATA BEING RENDERED INACCURATE OR LOSSES SUSTAINED BY
YOU OR THIRD PARTIES OR A FAILURE OF THE PROGRAM TO OPERATE WITH ANY OTHER
PROGRAMS), EVEN IF SUCH HOLDER OR OTHER PARTY HAS BEEN ADVISED OF THE
POSSIBILITY OF SUCH DAMAGES.

                     END OF TERMS AND CONDITIONS

            How to Apply These Terms to Your New Programs

  If you develop a new program, and you want it to be of the greatest
possible use to the public, the best way to achieve this is to make it
free software which everyone can redistribute and change under these terms.

  To do so, attach the following notices to the program.  It is safest
to attach them to the start of each source file to most effectively
convey the exclusion of warranty; and each file should have at least
the "copyright" line and a pointer to where the full notice is found.

    <one line to give the program's name and a brief idea of what it does.>

    This program is free software; you can redistribute it and/or modify
    it under the terms of the GNU General Public License as published by
    the Free Software Foundation; either version 2 of the License, or
    (at your option) any later version.

    This program is distributed in the hope that it will be useful,
    but WITHOUT ANY WARRANTY; without even the implied warranty of
    MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
    GNU General Public License for more details.

    You should have received a copy of the GNU General Public License along
    with this program; if not, write to the Free Software Foundation, Inc.,
    51 Franklin Street, Fifth Floor, Boston, MA 02110-1301 USA.

Also add information on how to contact you by electronic and paper mail.

If the program is interactive, make it output a short notice like this
when it starts in an interactive mode:

    Gnomovision version 69, Copyright (C) year name of author
    Gnomovision comes with ABSOLUTELY NO WARRANTY; for details type \`show w'.
    This is free software, and you are welcome to redistribute it
    under certain conditions; type \`show c' for details.

The hypothetical commands \`show w' and \`show c' should show the appropriate
parts of the General Public License.  Of course, the commands you use may
be called something other than \`show w' and \`show c'; they could even be
mouse-clicks or menu items--whatever suits your program.

You should also get your employer (if you work as a programmer) or your
school, if any, to sign a "copyright disclaimer" for the program, if
necessary.  Here is a sample; alter the names:

  Yoyodyne, Inc., hereby disclaims all copyright interest in the program
  \`Gnomovision' (which makes passes at compilers) written by James Hacker.

  <signature of Ty Coon>, 1 April 1989
  Ty Coon, President of Vice

This General Public License does not permit incorporating your program into
proprietary programs.  If your program is a subroutine library, you may
consider it more useful to permit linking proprietary applications with the
library.  If this is what you want to do, use the GNU Lesser General
Public License instead of this License.

────────────────────────────────────────────────────────────────────────

ring 0.17.14:

*ring* uses an "ISC" license, like BoringSSL used to use, for new code
files. See LICENSE-other-bits for the text of that license.

See LICENSE-BoringSSL for code that was sourced from BoringSSL under the
Apache 2.0 license. Some code that was sourced from BoringSSL under the ISC
license. In each case, the license info is at the top of the file.

See src/polyfill/once_cell/LICENSE-APACHE and src/polyfill/once_cell/LICENSE-MIT
for the license to code that was sourced from the once_cell project.

────────────────────────────────────────────────────────────────────────

untrusted 0.9.0:

// Copyright 2015-2016 Brian Smith.
//
// Permission to use, copy, modify, and/or distribute this software for any
// purpose with or without fee is hereby granted, provided that the above
// copyright notice and this permission notice appear in all copies.
//
// THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHORS DISCLAIM ALL WARRANTIES
// WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
// MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHORS BE LIABLE FOR
// ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
// WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
// ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
// OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.

────────────────────────────────────────────────────────────────────────

dunce 1.0.5:

Creative Commons Legal Code

CC0 1.0 Universal

    CREATIVE COMMONS CORPORATION IS NOT A LAW FIRM AND DOES NOT PROVIDE
    LEGAL SERVICES. DISTRIBUTION OF THIS DOCUMENT DOES NOT CREATE AN
    ATTORNEY-CLIENT RELATIONSHIP. CREATIVE COMMONS PROVIDES THIS
    INFORMATION ON AN "AS-IS" BASIS. CREATIVE COMMONS MAKES NO WARRANTIES
    REGARDING THE USE OF THIS DOCUMENT OR THE INFORMATION OR WORKS
    PROVIDED HEREUNDER, AND DISCLAIMS LIABILITY FOR DAMAGES RESULTING FROM
    THE USE OF THIS DOCUMENT OR THE INFORMATION OR WORKS PROVIDED
    HEREUNDER.

Statement of Purpose

The laws of most jurisdictions throughout the world automatically confer
exclusive Copyright and Related Rights (defined below) upon the creator
and subsequent owner(s) (each and all, an "owner") of an original work of
authorship and/or a database (each, a "Work").

Certain owners wish to permanently relinquish those rights to a Work for
the purpose of contributing to a commons of creative, cultural and
scientific works ("Commons") that the public can reliably and without fear
of later claims of infringement build upon, modify, incorporate in other
works, reuse and redistribute as freely as possible in any form whatsoever
and for any purposes, including without limitation commercial purposes.
These owners may contribute to the Commons to promote the ideal of a free
culture and the further production of creative, cultural and scientific
works, or to gain reputation or greater distribution for their Work in
part through the use and efforts of others.

For these and/or other purposes and motivations, and without any
expectation of additional consideration or compensation, the person
associating CC0 with a Work (the "Affirmer"), to the extent that he or she
is an owner of Copyright and Related Rights in the Work, voluntarily
elects to apply CC0 to the Work and publicly distribute the Work under its
terms, with knowledge of his or her Copyright and Related Rights in the
Work and the meaning and intended legal effect of CC0 on those rights.

1. Copyright and Related Rights. A Work made available under CC0 may be
protected by copyright and related or neighboring rights ("Copyright and
Related Rights"). Copyright and Related Rights include, but are not
limited to, the following:

  i. the right to reproduce, adapt, distribute, perform, display,
     communicate, and translate a Work;
 ii. moral rights retained by the original author(s) and/or performer(s);
iii. publicity and privacy rights pertaining to a person's image or
     likeness depicted in a Work;
 iv. rights protecting against unfair competition in regards to a Work,
     subject to the limitations in paragraph 4(a), below;
  v. rights protecting the extraction, dissemination, use and reuse of data
     in a Work;
 vi. database rights (such as those arising under Directive 96/9/EC of the
     European Parliament and of the Council of 11 March 1996 on the legal
     protection of databases, and under any national implementation
     thereof, including any amended or successor version of such
     directive); and
vii. other similar, equivalent or corresponding rights throughout the
     world based on applicable law or treaty, and any national
     implementations thereof.

2. Waiver. To the greatest extent permitted by, but not in contravention
of, applicable law, Affirmer hereby overtly, fully, permanently,
irrevocably and unconditionally waives, abandons, and surrenders all of
Affirmer's Copyright and Related Rights and associated claims and causes
of action, whether now known or unknown (including existing as well as
future claims and causes of action), in the Work (i) in all territories
worldwide, (ii) for the maximum duration provided by applicable law or
treaty (including future time extensions), (iii) in any current or future
medium and for any number of copies, and (iv) for any purpose whatsoever,
including without limitation commercial, advertising or promotional
purposes (the "Waiver"). Affirmer makes the Waiver for the benefit of each
member of the public at large and to the detriment of Affirmer's heirs and
successors, fully intending that such Waiver shall not be subject to
revocation, rescission, cancellation, termination, or any other legal or
equitable action to disrupt the quiet enjoyment of the Work by the public
as contemplated by Affirmer's express Statement of Purpose.

3. Public License Fallback. Should any part of the Waiver for any reason
be judged legally invalid or ineffective under applicable law, then the
Waiver shall be preserved to the maximum extent permitted taking into
account Affirmer's express Statement of Purpose. In addition, to the
extent the Waiver is so judged Affirmer hereby grants to each affected
person a royalty-free, non transferable, non sublicensable, non exclusive,
irrevocable and unconditional license to exercise Affirmer's Copyright and
Related Rights in the Work (i) in all territories worldwide, (ii) for the
maximum duration provided by applicable law or treaty (including future
time extensions), (iii) in any current or future medium and for any number
of copies, and (iv) for any purpose whatsoever, including without
limitation commercial, advertising or promotional purposes (the
"License"). The License shall be deemed effective as of the date CC0 was
applied by Affirmer to the Work. Should any part of the License for any
reason be judged legally invalid or ineffective under applicable law, such
partial invalidity or ineffectiveness shall not invalidate the remainder
of the License, and in such case Affirmer hereby affirms that he or she
will not (i) exercise any of his or her remaining Copyright and Related
Rights in the Work or (ii) assert any associated claims and causes of
action with respect to the Work, in either case contrary to Affirmer's
express Statement of Purpose.

4. Limitations and Disclaimers.

 a. No trademark or patent rights held by Affirmer are waived, abandoned,
    surrendered, licensed or otherwise affected by this document.
 b. Affirmer offers the Work as-is and makes no representations or
    warranties of any kind concerning the Work, express, implied,
    statutory or otherwise, including without limitation warranties of
    title, merchantability, fitness for a particular purpose, non
    infringement, or the absence of latent or other defects, accuracy, or
    the present or absence of errors, whether or not discoverable, all to
    the greatest extent permissible under applicable law.
 c. Affirmer disclaims responsibility for clearing rights of other persons
    that may apply to the Work or any use thereof, including without
    limitation any person's Copyright and Related Rights in the Work.
    Further, Affirmer disclaims responsibility for obtaining any necessary
    consents, permissions or other rights required for any use of the
    Work.
 d. Affirmer understands and acknowledges that Creative Commons is not a
    party to this document and has no duty or obligation with respect to
    this CC0 or use of the Work.

────────────────────────────────────────────────────────────────────────

rustls-webpki 0.103.17:
  Copyright 2015 Brian Smith.

Except as otherwise noted, this project is licensed under the following
(ISC-style) terms:


Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted, provided that the above
copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHORS DISCLAIM ALL WARRANTIES
WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHORS BE LIABLE FOR
ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.

The files under third-party/chromium are licensed as described in
third-party/chromium/LICENSE.

────────────────────────────────────────────────────────────────────────

ics 0.5.8:
  Copyright (c) 2018 Sao Chi Pham
  (c) You must retain, in the Source form of any Derivative Works
  Copyright 2018 Sao Chi Pham

MIT License


Permission is hereby granted, free of charge, to any person obtaining a copy of
this software and associated documentation files (the "Software"), to deal in
the Software without restriction, including without limitation the rights to
use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies
of the Software, and to permit persons to whom the Software is furnished to do
so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.

                                 Apache License
                           Version 2.0, January 2004
                        http://www.apache.org/licenses/

   TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION

   1. Definitions.

      "License" shall mean the terms and conditions for use, reproduction,
      and distribution as defined by Sections 1 through 9 of this document.

      "Licensor" shall mean the copyright owner or entity authorized by
      the copyright owner that is granting the License.

      "Legal Entity" shall mean the union of the acting entity and all
      other entities that control, are controlled by, or are under common
      control with that entity. For the purposes of this definition,
      "control" means (i) the power, direct or indirect, to cause the
      direction or management of such entity, whether by contract or
      otherwise, or (ii) ownership of fifty percent (50%) or more of the
      outstanding shares, or (iii) beneficial ownership of such entity.

      "You" (or "Your") shall mean an individual or Legal Entity
      exercising permissions granted by this License.

      "Source" form shall mean the preferred form for making modifications,
      including but not limited to software source code, documentation
      source, and configuration files.

      "Object" form shall mean any form resulting from mechanical
      transformation or translation of a Source form, including but
      not limited to compiled object code, generated documentation,
      and conversions to other media types.

      "Work" shall mean the work of authorship, whether in Source or
      Object form, made available under the License, as indicated by a
      copyright notice that is included in or attached to the work
      (an example is provided in the Appendix below).

      "Derivative Works" shall mean any work, whether in Source or Object
      form, that is based on (or derived from) the Work and for which the
      editorial revisions, annotations, elaborations, or other modifications
      represent, as a whole, an original work of authorship. For the purposes
      of this License, Derivative Works shall not include works that remain
      separable from, or merely link (or bind by name) to the interfaces of,
      the Work and Derivative Works thereof.

      "Contribution" shall mean any work of authorship, including
      the original version of the Work and any modifications or additions
      to that Work or Derivative Works thereof, that is intentionally
      submitted to Licensor for inclusion in the Work by the copyright owner
      or by an individual or Legal Entity authorized to submit on behalf of
      the copyright owner. For the purposes of this definition, "submitted"
      means any form of electronic, verbal, or written communication sent
      to the Licensor or its representatives, including but not limited to
      communication on electronic mailing lists, source code control systems,
      and issue tracking systems that are managed by, or on behalf of, the
      Licensor for the purpose of discussing and improving the Work, but
      excluding communication that is conspicuously marked or otherwise
      designated in writing by the copyright owner as "Not a Contribution."

      "Contributor" shall mean Licensor and any individual or Legal Entity
      on behalf of whom a Contribution has been received by Licensor and
      subsequently incorporated within the Work.

   2. Grant of Copyright License. Subject to the terms and conditions of
      this License, each Contributor hereby grants to You a perpetual,
      worldwide, non-exclusive, no-charge, royalty-free, irrevocable
      copyright license to reproduce, prepare Derivative Works of,
      publicly display, publicly perform, sublicense, and distribute the
      Work and such Derivative Works in Source or Object form.

   3. Grant of Patent License. Subject to the terms and conditions of
      this License, each Contributor hereby grants to You a perpetual,
      worldwide, non-exclusive, no-charge, royalty-free, irrevocable
      (except as stated in this section) patent license to make, have made,
      use, offer to sell, sell, import, and otherwise transfer the Work,
      where such license applies only to those patent claims licensable
      by such Contributor that are necessarily infringed by their
      Contribution(s) alone or by combination of their Contribution(s)
      with the Work to which such Contribution(s) was submitted. If You
      institute patent litigation against any entity (including a
      cross-claim or counterclaim in a lawsuit) alleging that the Work
      or a Contribution incorporated within the Work constitutes direct
      or contributory patent infringement, then any patent licenses
      granted to You under this License for that Work shall terminate
      as of the date such litigation is filed.

   4. Redistribution. You may reproduce and distribute copies of the
      Work or Derivative Works thereof in any medium, with or without
      modifications, and in Source or Object form, provided that You
      meet the following conditions:

      (a) You must give any other recipients of the Work or
          Derivative Works a copy of this License; and

      (b) You must cause any modified files to carry prominent notices
          stating that You changed the files; and

          that You distribute, all copyright, patent, trademark, and
          attribution notices from the Source form of the Work,
          excluding those notices that do not pertain to any part of
          the Derivative Works; and

      (d) If the Work includes a "NOTICE" text file as part of its
          distribution, then any Derivative Works that You distribute must
          include a readable copy of the attribution notices contained
          within such NOTICE file, excluding those notices that do not
          pertain to any part of the Derivative Works, in at least one
          of the following places: within a NOTICE text file distributed
          as part of the Derivative Works; within the Source form or
          documentation, if provided along with the Derivative Works; or,
          within a display generated by the Derivative Works, if and
          wherever such third-party notices normally appear. The contents
          of the NOTICE file are for informational purposes only and
          do not modify the License. You may add Your own attribution
          notices within Derivative Works that You distribute, alongside
          or as an addendum to the NOTICE text from the Work, provided
          that such additional attribution notices cannot be construed
          as modifying the License.

      You may add Your own copyright statement to Your modifications and
      may provide additional or different license terms and conditions
      for use, reproduction, or distribution of Your modifications, or
      for any such Derivative Works as a whole, provided Your use,
      reproduction, and distribution of the Work otherwise complies with
      the conditions stated in this License.

   5. Submission of Contributions. Unless You explicitly state otherwise,
      any Contribution intentionally submitted for inclusion in the Work
      by You to the Licensor shall be under the terms and conditions of
      this License, without any additional terms or conditions.
      Notwithstanding the above, nothing herein shall supersede or modify
      the terms of any separate license agreement you may have executed
      with Licensor regarding such Contributions.

   6. Trademarks. This License does not grant permission to use the trade
      names, trademarks, service marks, or product names of the Licensor,
      except as required for reasonable and customary use in describing the
      origin of the Work and reproducing the content of the NOTICE file.

   7. Disclaimer of Warranty. Unless required by applicable law or
      agreed to in writing, Licensor provides the Work (and each
      Contributor provides its Contributions) on an "AS IS" BASIS,
      WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or
      implied, including, without limitation, any warranties or conditions
      of TITLE, NON-INFRINGEMENT, MERCHANTABILITY, or FITNESS FOR A
      PARTICULAR PURPOSE. You are solely responsible for determining the
      appropriateness of using or redistributing the Work and assume any
      risks associated with Your exercise of permissions under this License.

   8. Limitation of Liability. In no event and under no legal theory,
      whether in tort (including negligence), contract, or otherwise,
      unless required by applicable law (such as deliberate and grossly
      negligent acts) or agreed to in writing, shall any Contributor be
      liable to You for damages, including any direct, indirect, special,
      incidental, or consequential damages of any character arising as a
      result of this License or out of the use or inability to use the
      Work (including but not limited to damages for loss of goodwill,
      work stoppage, computer failure or malfunction, or any and all
      other commercial damages or losses), even if such Contributor
      has been advised of the possibility of such damages.

   9. Accepting Warranty or Additional Liability. While redistributing
      the Work or Derivative Works thereof, You may choose to offer,
      and charge a fee for, acceptance of support, warranty, indemnity,
      or other liability obligations and/or rights consistent with this
      License. However, in accepting such obligations, You may act only
      on Your own behalf and on Your sole responsibility, not on behalf
      of any other Contributor, and only if You agree to indemnify,
      defend, and hold each Contributor harmless for any liability
      incurred by, or claims asserted against, such Contributor by reason
      of your accepting any such warranty or additional liability.

   END OF TERMS AND CONDITIONS

   APPENDIX: How to apply the Apache License to your work.

      To apply the Apache License to your work, attach the following
      boilerplate notice, with the fields enclosed by brackets "[]"
      replaced with your own identifying information. (Don't include
      the brackets!)  The text should be enclosed in the appropriate
      comment syntax for the file format. We also recommend that a
      file or class name and description of purpose be included on the
      same "printed page" as the copyright notice for easier
      identification within third-party archives.


   Licensed under the Apache License, Version 2.0 (the "License");
   you may not use this file except in compliance with the License.
   You may obtain a copy of the License at

       http://www.apache.org/licenses/LICENSE-2.0

   Unless required by applicable law or agreed to in writing, software
   distributed under the License is distributed on an "AS IS" BASIS,
   WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
   See the License for the specific language governing permissions and
   limitations under the License.

────────────────────────────────────────────────────────────────────────

option-ext 0.2.0:
  (c) under Patent Claims infringed by Covered Software in the absence of

Mozilla Public License Version 2.0
==================================

1. Definitions
--------------

1.1. "Contributor"
    means each individual or legal entity that creates, contributes to
    the creation of, or owns Covered Software.

1.2. "Contributor Version"
    means the combination of the Contributions of others (if any) used
    by a Contributor and that particular Contributor's Contribution.

1.3. "Contribution"
    means Covered Software of a particular Contributor.

1.4. "Covered Software"
    means Source Code Form to which the initial Contributor has attached
    the notice in Exhibit A, the Executable Form of such Source Code
    Form, and Modifications of such Source Code Form, in each case
    including portions thereof.

1.5. "Incompatible With Secondary Licenses"
    means

    (a) that the initial Contributor has attached the notice described
        in Exhibit B to the Covered Software; or

    (b) that the Covered Software was made available under the terms of
        version 1.1 or earlier of the License, but not also under the
        terms of a Secondary License.

1.6. "Executable Form"
    means any form of the work other than Source Code Form.

1.7. "Larger Work"
    means a work that combines Covered Software with other material, in
    a separate file or files, that is not Covered Software.

1.8. "License"
    means this document.

1.9. "Licensable"
    means having the right to grant, to the maximum extent possible,
    whether at the time of the initial grant or subsequently, any and
    all of the rights conveyed by this License.

1.10. "Modifications"
    means any of the following:

    (a) any file in Source Code Form that results from an addition to,
        deletion from, or modification of the contents of Covered
        Software; or

    (b) any new file in Source Code Form that contains any Covered
        Software.

1.11. "Patent Claims" of a Contributor
    means any patent claim(s), including without limitation, method,
    process, and apparatus claims, in any patent Licensable by such
    Contributor that would be infringed, but for the grant of the
    License, by the making, using, selling, offering for sale, having
    made, import, or transfer of either its Contributions or its
    Contributor Version.

1.12. "Secondary License"
    means either the GNU General Public License, Version 2.0, the GNU
    Lesser General Public License, Version 2.1, the GNU Affero General
    Public License, Version 3.0, or any later versions of those
    licenses.

1.13. "Source Code Form"
    means the form of the work preferred for making modifications.

1.14. "You" (or "Your")
    means an individual or a legal entity exercising rights under this
    License. For legal entities, "You" includes any entity that
    controls, is controlled by, or is under common control with You. For
    purposes of this definition, "control" means (a) the power, direct
    or indirect, to cause the direction or management of such entity,
    whether by contract or otherwise, or (b) ownership of more than
    fifty percent (50%) of the outstanding shares or beneficial
    ownership of such entity.

2. License Grants and Conditions
--------------------------------

2.1. Grants

Each Contributor hereby grants You a world-wide, royalty-free,
non-exclusive license:

(a) under intellectual property rights (other than patent or trademark)
    Licensable by such Contributor to use, reproduce, make available,
    modify, display, perform, distribute, and otherwise exploit its
    Contributions, either on an unmodified basis, with Modifications, or
    as part of a Larger Work; and

(b) under Patent Claims of such Contributor to make, use, sell, offer
    for sale, have made, import, and otherwise transfer either its
    Contributions or its Contributor Version.

2.2. Effective Date

The licenses granted in Section 2.1 with respect to any Contribution
become effective for each Contribution on the date the Contributor first
distributes such Contribution.

2.3. Limitations on Grant Scope

The licenses granted in this Section 2 are the only rights granted under
this License. No additional rights or licenses will be implied from the
distribution or licensing of Covered Software under this License.
Notwithstanding Section 2.1(b) above, no patent license is granted by a
Contributor:

(a) for any code that a Contributor has removed from Covered Software;
    or

(b) for infringements caused by: (i) Your and any other third party's
    modifications of Covered Software, or (ii) the combination of its
    Contributions with other software (except as part of its Contributor
    Version); or

    its Contributions.

This License does not grant any rights in the trademarks, service marks,
or logos of any Contributor (except as may be necessary to comply with
the notice requirements in Section 3.4).

2.4. Subsequent Licenses

No Contributor makes additional grants as a result of Your choice to
distribute the Covered Software under a subsequent version of this
License (see Section 10.2) or under the terms of a Secondary License (if
permitted under the terms of Section 3.3).

2.5. Representation

Each Contributor represents that the Contributor believes its
Contributions are its original creation(s) or it has sufficient rights
to grant the rights to its Contributions conveyed by this License.

2.6. Fair Use

This License is not intended to limit any rights You have under
applicable copyright doctrines of fair use, fair dealing, or other
equivalents.

2.7. Conditions

Sections 3.1, 3.2, 3.3, and 3.4 are conditions of the licenses granted
in Section 2.1.

3. Responsibilities
-------------------

3.1. Distribution of Source Form

All distribution of Covered Software in Source Code Form, including any
Modifications that You create or to which You contribute, must be under
the terms of this License. You must inform recipients that the Source
Code Form of the Covered Software is governed by the terms of this
License, and how they can obtain a copy of this License. You may not
attempt to alter or restrict the recipients' rights in the Source Code
Form.

3.2. Distribution of Executable Form

If You distribute Covered Software in Executable Form then:

(a) such Covered Software must also be made available in Source Code
    Form, as described in Section 3.1, and You must inform recipients of
    the Executable Form how they can obtain a copy of such Source Code
    Form by reasonable means in a timely manner, at a charge no more
    than the cost of distribution to the recipient; and

(b) You may distribute such Executable Form under the terms of this
    License, or sublicense it under different terms, provided that the
    license for the Executable Form does not attempt to limit or alter
    the recipients' rights in the Source Code Form under this License.

3.3. Distribution of a Larger Work

You may create and distribute a Larger Work under terms of Your choice,
provided that You also comply with the requirements of this License for
the Covered Software. If the Larger Work is a combination of Covered
Software with a work governed by one or more Secondary Licenses, and the
Covered Software is not Incompatible With Secondary Licenses, this
License permits You to additionally distribute such Covered Software
under the terms of such Secondary License(s), so that the recipient of
the Larger Work may, at their option, further distribute the Covered
Software under the terms of either this License or such Secondary
License(s).

3.4. Notices

You may not remove or alter the substance of any license notices
(including copyright notices, patent notices, disclaimers of warranty,
or limitations of liability) contained within the Source Code Form of
the Covered Software, except that You may alter any license notices to
the extent required to remedy known factual inaccuracies.

3.5. Application of Additional Terms

You may choose to offer, and to charge a fee for, warranty, support,
indemnity or liability obligations to one or more recipients of Covered
Software. However, You may do so only on Your own behalf, and not on
behalf of any Contributor. You must make it absolutely clear that any
such warranty, support, indemnity, or liability obligation is offered by
You alone, and You hereby agree to indemnify every Contributor for any
liability incurred by such Contributor as a result of warranty, support,
indemnity or liability terms You offer. You may include additional
disclaimers of warranty and limitations of liability specific to any
jurisdiction.

4. Inability to Comply Due to Statute or Regulation
---------------------------------------------------

If it is impossible for You to comply with any of the terms of this
License with respect to some or all of the Covered Software due to
statute, judicial order, or regulation then You must: (a) comply with
the terms of this License to the maximum extent possible; and (b)
describe the limitations and the code they affect. Such description must
be placed in a text file included with all distributions of the Covered
Software under this License. Except to the extent prohibited by statute
or regulation, such description must be sufficiently detailed for a
recipient of ordinary skill to be able to understand it.

5. Termination
--------------

5.1. The rights granted under this License will terminate automatically
if You fail to comply with any of its terms. However, if You become
compliant, then the rights granted under this License from a particular
Contributor are reinstated (a) provisionally, unless and until such
Contributor explicitly and finally terminates Your grants, and (b) on an
ongoing basis, if such Contributor fails to notify You of the
non-compliance by some reasonable means prior to 60 days after You have
come back into compliance. Moreover, Your grants from a particular
Contributor are reinstated on an ongoing basis if such Contributor
notifies You of the non-compliance by some reasonable means, this is the
first time You have received notice of non-compliance with this License
from such Contributor, and You become compliant prior to 30 days after
Your receipt of the notice.

5.2. If You initiate litigation against any entity by asserting a patent
infringement claim (excluding declaratory judgment actions,
counter-claims, and cross-claims) alleging that a Contributor Version
directly or indirectly infringes any patent, then the rights granted to
You by any and all Contributors for the Covered Software under Section
2.1 of this License shall terminate.

5.3. In the event of termination under Sections 5.1 or 5.2 above, all
end user license agreements (excluding distributors and resellers) which
have been validly granted by You or Your distributors under this License
prior to termination shall survive termination.

************************************************************************
*                                                                      *
*  6. Disclaimer of Warranty                                           *
*  -------------------------                                           *
*                                                                      *
*  Covered Software is provided under this License on an "as is"       *
*  basis, without warranty of any kind, either expressed, implied, or  *
*  statutory, including, without limitation, warranties that the       *
*  Covered Software is free of defects, merchantable, fit for a        *
*  particular purpose or non-infringing. The entire risk as to the     *
*  quality and performance of the Covered Software is with You.        *
*  Should any Covered Software prove defective in any respect, You     *
*  (not any Contributor) assume the cost of any necessary servicing,   *
*  repair, or correction. This disclaimer of warranty constitutes an   *
*  essential part of this License. No use of any Covered Software is   *
*  authorized under this License except under this disclaimer.         *
*                                                                      *
************************************************************************

************************************************************************
*                                                                      *
*  7. Limitation of Liability                                          *
*  --------------------------                                          *
*                                                                      *
*  Under no circumstances and under no legal theory, whether tort      *
*  (including negligence), contract, or otherwise, shall any           *
*  Contributor, or anyone who distributes Covered Software as          *
*  permitted above, be liable to You for any direct, indirect,         *
*  special, incidental, or consequential damages of any character      *
*  including, without limitation, damages for lost profits, loss of    *
*  goodwill, work stoppage, computer failure or malfunction, or any    *
*  and all other commercial damages or losses, even if such party      *
*  shall have been informed of the possibility of such damages. This   *
*  limitation of liability shall not apply to liability for death or   *
*  personal injury resulting from such party's negligence to the       *
*  extent applicable law prohibits such limitation. Some               *
*  jurisdictions do not allow the exclusion or limitation of           *
*  incidental or consequential damages, so this exclusion and          *
*  limitation may not apply to You.                                    *
*                                                                      *
************************************************************************

8. Litigation
-------------

Any litigation relating to this License may be brought only in the
courts of a jurisdiction where the defendant maintains its principal
place of business and such litigation shall be governed by laws of that
jurisdiction, without reference to its conflict-of-law provisions.
Nothing in this Section shall prevent a party's ability to bring
cross-claims or counter-claims.

9. Miscellaneous
----------------

This License represents the complete agreement concerning the subject
matter hereof. If any provision of this License is held to be
unenforceable, such provision shall be reformed only to the extent
necessary to make it enforceable. Any law or regulation which provides
that the language of a contract shall be construed against the drafter
shall not be used to construe this License against a Contributor.

10. Versions of the License
---------------------------

10.1. New Versions

Mozilla Foundation is the license steward. Except as provided in Section
10.3, no one other than the license steward has the right to modify or
publish new versions of this License. Each version will be given a
distinguishing version number.

10.2. Effect of New Versions

You may distribute the Covered Software under the terms of the version
of the License under which You originally received the Covered Software,
or under the terms of any subsequent version published by the license
steward.

10.3. Modified Versions

If you create software not governed by this License, and you want to
create a new license for such software, you may create and use a
modified version of this License if you rename the license and remove
any references to the name of the license steward (except to note that
such modified license differs from this License).

10.4. Distributing Source Code Form that is Incompatible With Secondary
Licenses

If You choose to distribute Source Code Form that is Incompatible With
Secondary Licenses under the terms of this version of the License, the
notice described in Exhibit B of this License must be attached.

Exhibit A - Source Code Form License Notice
-------------------------------------------

  This Source Code Form is subject to the terms of the Mozilla Public
  License, v. 2.0. If a copy of the MPL was not distributed with this
  file, You can obtain one at https://mozilla.org/MPL/2.0/.

If it is not possible or desirable to put the notice in a particular
file, then You may include the notice in a location (such as a LICENSE
file in a relevant directory) where a recipient would be likely to look
for such a notice.

You may add additional accurate notices of copyright ownership.

Exhibit B - "Incompatible With Secondary Licenses" Notice
---------------------------------------------------------

  This Source Code Form is "Incompatible With Secondary Licenses", as
  defined by the Mozilla Public License, v. 2.0.

────────────────────────────────────────────────────────────────────────

type-map 0.5.1:
  Copyright (c) 2022 Jacob Brown
  Copyright (c) 2017-NOW Actix Team

Permission is hereby granted, free of charge, to any
person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the
Software without restriction, including without
limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of
the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following
conditions:

The above copyright notice and this permission notice
shall be included in all copies or substantial portions
of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF
ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED
TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A
PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT
SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION
OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
DEALINGS IN THE SOFTWARE.

---

Permission is hereby granted, free of charge, to any
person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the
Software without restriction, including without
limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of
the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following
conditions:

The above copyright notice and this permission notice
shall be included in all copies or substantial portions
of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF
ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED
TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A
PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT
SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION
OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
DEALINGS IN THE SOFTWARE.

---


Permission is hereby granted, free of charge, to any
person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the
Software without restriction, including without
limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of
the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following
conditions:

The above copyright notice and this permission notice
shall be included in all copies or substantial portions
of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF
ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED
TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A
PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT
SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION
OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
DEALINGS IN THE SOFTWARE.

────────────────────────────────────────────────────────────────────────

ring 0.17.14:
  Copyright 2015-2025 Brian Smith.

Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted, provided that the above
copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY
SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION
OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN
CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.

────────────────────────────────────────────────────────────────────────

tao 0.37.2:

SPDXVersion: SPDX-2.1
DataLicense: CC0-1.0
PackageName: tao
DataFormat: SPDXRef-1
PackageSupplier: Organization: The Tauri Programme in the Commons Conservancy
PackageHomePage: https://tauri.app
PackageLicenseDeclared: Apache-2.0
PackageCopyrightText: 2021-2023, The Tauri Programme in the Commons Conservancy
PackageSummary: <text>Tao is the official, rust-based window manager for Wry.
                </text>
PackageComment: <text>The package includes the following libraries; see
Relationship information.
                </text>
Created: 2020-05-20T09:00:00Z
PackageDownloadLocation: git://github.com/tauri-apps/tao
PackageDownloadLocation: git+https://github.com/tauri-apps/tao.git
PackageDownloadLocation: git+ssh://github.com/tauri-apps/tao.git
Creator: Person: Daniel Thompson-Yvetot

────────────────────────────────────────────────────────────────────────

foldhash 0.1.5:
  Copyright (c) 2024 Orson Peters

This software is provided 'as-is', without any express or implied warranty. In
no event will the authors be held liable for any damages arising from the use of
this software.

Permission is granted to anyone to use this software for any purpose, including
commercial applications, and to alter it and redistribute it freely, subject to
the following restrictions:

1. The origin of this software must not be misrepresented; you must not claim
    that you wrote the original software. If you use this software in a product,
    an acknowledgment in the product documentation would be appreciated but is
    not required.

2. Altered source versions must be plainly marked as such, and must not be
    misrepresented as being the original software.

3. This notice may not be removed or altered from any source distribution.

────────────────────────────────────────────────────────────────────────

hashlink 0.10.0:

This work is derived in part from the \`linked-hash-map\` crate, Copyright (c)
2015 The Rust Project Developers

Permission is hereby granted, free of charge, to any
person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the
Software without restriction, including without
limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of
the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following
conditions:

The above copyright notice and this permission notice
shall be included in all copies or substantial portions
of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF
ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED
TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A
PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT
SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY
CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION
OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
DEALINGS IN THE SOFTWARE.

────────────────────────────────────────────────────────────────────────

unicode-ident 1.0.27:
  Copyright © 1991-2023 Unicode, Inc.

UNICODE LICENSE V3

COPYRIGHT AND PERMISSION NOTICE


NOTICE TO USER: Carefully read the following legal agreement. BY
DOWNLOADING, INSTALLING, COPYING OR OTHERWISE USING DATA FILES, AND/OR
SOFTWARE, YOU UNEQUIVOCALLY ACCEPT, AND AGREE TO BE BOUND BY, ALL OF THE
TERMS AND CONDITIONS OF THIS AGREEMENT. IF YOU DO NOT AGREE, DO NOT
DOWNLOAD, INSTALL, COPY, DISTRIBUTE OR USE THE DATA FILES OR SOFTWARE.

Permission is hereby granted, free of charge, to any person obtaining a
copy of data files and any associated documentation (the "Data Files") or
software and any associated documentation (the "Software") to deal in the
Data Files or Software without restriction, including without limitation
the rights to use, copy, modify, merge, publish, distribute, and/or sell
copies of the Data Files or Software, and to permit persons to whom the
Data Files or Software are furnished to do so, provided that either (a)
this copyright and permission notice appear with all copies of the Data
Files or Software, or (b) this copyright and permission notice appear in
associated Documentation.

THE DATA FILES AND SOFTWARE ARE PROVIDED "AS IS", WITHOUT WARRANTY OF ANY
KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT OF
THIRD PARTY RIGHTS.

IN NO EVENT SHALL THE COPYRIGHT HOLDER OR HOLDERS INCLUDED IN THIS NOTICE
BE LIABLE FOR ANY CLAIM, OR ANY SPECIAL INDIRECT OR CONSEQUENTIAL DAMAGES,
OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS,
WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION,
ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THE DATA
FILES OR SOFTWARE.

Except as contained in this notice, the name of a copyright holder shall
not be used in advertising or otherwise to promote the sale, use or other
dealings in these Data Files or Software without prior written
authorization of the copyright holder.

────────────────────────────────────────────────────────────────────────

dpi 0.1.2:
  Copyright (c) 2018 Jorge Aparicio
  Copyright © 2005-2020 Rich Felker, et al.
  Copyright © 1993,2004 Sun Microsystems or
  Copyright © 2003-2011 David Schultz or
  Copyright © 2003-2009 Steven G. Kargl or
  Copyright © 2003-2009 Bruce D. Evans or
  Copyright © 2008 Stephen L. Moshier or
  Copyright © 2017-2018 Arm Limited

rust-lang/libm as a whole is available for use under the MIT license:

------------------------------------------------------------------------------
Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
------------------------------------------------------------------------------

This Rust library contains the following copyrights:


Portions of this software are derived from third-party works licensed under
terms compatible with the above MIT license:

* musl libc https://www.musl-libc.org/. This library contains the following
  copyright:


* The CORE-MATH project https://core-math.gitlabpages.inria.fr/. CORE-MATH
  routines are available under the MIT license on a per-file basis.

The musl libc COPYRIGHT file also includes the following notice relevant to
math portions of the library:

------------------------------------------------------------------------------
Much of the math library code (src/math/* and src/complex/*) is
and labelled as such in comments in the individual source files. All
have been licensed under extremely permissive terms.
------------------------------------------------------------------------------
`;
