"""The post's part: taking dossiers in, handing them over, bringing results back. Source: Decision 45/2016/QĐ-TTg."""
