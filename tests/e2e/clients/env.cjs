// Reads the .env file of the folder in which it is started, as programs do by dotenv, and tells what it knows of Dfns then.
'use strict';

require('dotenv').config({ quiet: true });

const { DFNS_AUTH_TOKEN: token, DFNS_CRED_ID: credentialId, DFNS_PRIVATE_KEY: privateKey } = process.env;
process.stdout.write(JSON.stringify({ token, credentialId, privateKey }));
