"""A small AWS client for tests: requests signed by botocore on one kept-alive connection.

It hides nothing (no retry, no parsing of errors), so a test sees what the fake sent.
"""

import http.client
import ssl
import xml.etree.ElementTree as ElementTree
from urllib.parse import urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
VERSION = {"iam": "2010-05-08", "sts": "2011-06-15"}


class Reply:
    """status, headers (http.client's), body (bytes); `get` reads the XML."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def get(self, name):
        """The text of the first element of this name, or None."""
        for element in ElementTree.fromstring(self.body).iter():
            if element.tag.rpartition("}")[2] == name:
                return element.text or ""
        return None

    @property
    def code(self):
        return self.get("Code")


class Caller:
    """url: of the fake. ca: its CA file, for https. Use as a context manager, or close()."""

    def __init__(self, url, key=KEY, secret=SECRET, token=None, ca=None, region="us-east-1",
                 timeout=10):
        self.url = url
        self.region = region
        self.credentials = Credentials(key, secret, token)
        host = urlsplit(url).netloc
        if url.startswith("https"):
            context = ssl.create_default_context(cafile=ca)
            self.connection = http.client.HTTPSConnection(host, timeout=timeout, context=context)
        else:
            self.connection = http.client.HTTPConnection(host, timeout=timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.connection.close()

    def signed(self, action, service="iam", signs_as=None, **parameters):
        """(body, headers) of a request, for those who want to spoil it before they send it."""
        body = urlencode({"Action": action, "Version": VERSION[service], **parameters})
        request = AWSRequest("POST", self.url + "/", data=body, headers={"Content-Type": FORM})
        SigV4Auth(self.credentials, signs_as or service, self.region).add_auth(request)
        return body, dict(request.headers.items())

    def send(self, body, headers):
        """The Reply to this POST. Whatever http.client raises comes through."""
        self.connection.request("POST", "/", body, headers)
        return Reply(self.connection.getresponse())

    def call(self, action, service="iam", **parameters):
        """The Reply to one signed request, e.g. call("GetUser", UserName="alice")."""
        return self.send(*self.signed(action, service, **parameters))
