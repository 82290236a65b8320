"""TLS certificates and their keys: a pair made for these tests alone, and any other on demand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIICbDCCAdWgAwIBAgIUa1HDutNV1AuVXOgevtukd8g2cfQwDQYJKoZIhvcNAQEL
BQAwRzELMAkGA1UEBhMCQkUxFTATBgNVBAoMDFF1aW5jw6kgJiBDbzEhMB8GA1UE
AwwYbGFiZWxzLnBpbmVjcmF0ZS5leGFtcGxlMCAXDTI2MTEyMzE3Mjg0MVoYDzIx
MjYxMDMwMTcyODQxWjBHMQswCQYDVQQGEwJCRTEVMBMGA1UECgwMUXVpbmPDqSAm
IENvMSEwHwYDVQQDDBhsYWJlbHMucGluZWNyYXRlLmV4YW1wbGUwgZ8wDQYJKoZI
hvcNAQEBBQADgY0AMIGJAoGBAL6r6spp4251XvbVXs5ewBYHvE+9lfzGW0d5Z39E
TLN19xooJ8TQYGGwi0tKn2rHDtPsJnAm/1tyD23PSo5A8PHbqcfpX+TqCDbd37Yn
/rwocXx2l8FVbA7FMo7+hSWiZz4L8jFxHiM2/Ix3jxAxW7tMHqeudhYzAoeggxnS
yC95AgMBAAGjUzBRMB0GA1UdDgQWBBRnLyXeJYfd45/VV2NH5rO1/xABQDAfBgNV
HSMEGDAWgBRnLyXeJYfd45/VV2NH5rO1/xABQDAPBgNVHRMBAf8EBTADAQH/MA0G
CSqGSIb3DQEBCwUAA4GBAKCmI8Rtlds4PnYMRnTAPqXReyDWLMgmiS/3OYb97e6P
nHgvy9QBG+7GRryzsmpWQHRG61iLea2YhW+W1D8bg2/AKXg5MVqx82rVNxL7/98f
DLUYhf+DtSpgt3w7+efeq8XH80/m+58MTo4kvl5gzRYCrt3QCBmhElCvgPjl7I2W
-----END CERTIFICATE-----
"""
KEY = """\
-----BEGIN RSA PRIVATE KEY-----
MIICXAIBAAKBgQC+q+rKaeNudV721V7OXsAWB7xPvZX8xltHeWd/REyzdfcaKCfE
0GBhsItLSp9qxw7T7CZwJv9bcg9tz0qOQPDx26nH6V/k6gg23d+2J/68KHF8dpfB
VWwOxTKO/oUlomc+C/IxcR4jNvyMd48QMVu7TB6nrnYWMwKHoIMZ0sgveQIDAQAB
AoGAZd8mf+UZPV/6T/jqQWqASITziMsrQrWb+VEVCfss28lQL6p6rP4EMM2Jbr28
9OjLtFB8rPk4/9uuAKZ7GAv8bt7Pz4vPf2zpK8Pt/by6qon67yFAP5yKB7Da90JE
BA76OlcTDwdw3PyKX9TM9m9R6dsToJ9/wyyMSe4OCAEj5oECQQD2FrR5QQOsy5CR
6OiyFt4g/CRCuz8DfDKp7G0wZeFc0+ws5zfwam6i8DX0qoTjq5s9PDL3pChjcD0C
1012KqPJAkEAxlnVlMGpMjyQcWYhxlrN0MoYOKl6bPJsoH4zUE1xCbtJnWDk/6Vz
7D9O/oEAR6OdU9cAZI1YbVXeXU3R/1cmMQJAW2sP3EOUs+pjaHDXkOEB38sLRWb9
/7NxtsJHxcTzNWLcx8mVdFB1jT4jLSLzfwhPAS6N2IU5I8ecQqPs+MraUQJBALFJ
QEaapjE5wt0orU2OgeF5kRasHLneIMt+oTzISx2ooc6h+WyqpKdnmqKOCQL/MbLr
O/WkBIKNOpho4yb37TECQHBfBTxnalBchPJepqPF/fGiC1KcEbw7JmlFpz75H8a0
lacsHjasPRxpbcjkct+ZIkxAu1PwgqtxBqYpmrXWEgU=
-----END RSA PRIVATE KEY-----
"""


Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def make_key(kind: str) -> Key:
    """A fresh private key: RSA, EC or Ed25519."""
    if kind == "RSA":
        return rsa.generate_private_key(65537, 2048)
    if kind == "EC":
        return ec.generate_private_key(ec.SECP256R1())
    return ed25519.Ed25519PrivateKey.generate()


def private_pem(key: Key, form: str = "PKCS 8", passphrase: str = "") -> str:
    """The PEM of a private key: PKCS 8, traditional or OpenSSH."""
    formats = {
        "PKCS 8": serialization.PrivateFormat.PKCS8,
        "traditional": serialization.PrivateFormat.TraditionalOpenSSL,
        "OpenSSH": serialization.PrivateFormat.OpenSSH,
    }
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        encryption = serialization.BestAvailableEncryption(passphrase.encode())
    pem = serialization.Encoding.PEM
    return key.private_bytes(pem, formats[form], encryption).decode()


def certify(key: Key, name: str, days: float) -> str:
    """The PEM of a certificate for a key, which ends in so many days, or ended before now."""
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([_as_alternative(name)]), critical=False)
    )
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    certificate = builder.sign(key, algorithm)
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _as_alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
