"""Answers training and publicity: courses with certificates, campaigns with what they reached."""
